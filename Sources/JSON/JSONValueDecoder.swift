/// Reads `Decodable` types from a ``JSONValue``, strictly: no number is taken for a string or rounded to an integer.
///
/// A member that is `null` counts as absent. Members the type doesn't ask for are passed over.
public struct JSONValueDecoder: Sendable {
  /// The path of the value within its document; errors begin with it.
  public var path: String

  /// A decoder of values at this path.
  public init(path: String = "") { self.path = path }

  /// Reads a value.
  ///
  /// - Throws: ``JSONDecodingError``.
  public func decode<T: Decodable>(_ type: T.Type, from value: JSONValue) throws(JSONDecodingError) -> T {
    do {
      return try T(from: ValueDecoder(value: value, codingPath: [], root: path))
    } catch let error as JSONDecodingError {
      throw error
    } catch let error as DecodingError {
      throw convert(error)
    } catch {
      throw JSONDecodingError(path: path, problem: "\(error)")
    }
  }

  /// An error of a type's own `init(from:)`, which knows only the standard library's.
  private func convert(_ error: DecodingError) -> JSONDecodingError {
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      JSONDecodingError(path: ValueDecoder.text(of: context.codingPath, root: path), problem: context.debugDescription)
    case .keyNotFound(let key, let context):
      JSONDecodingError(path: ValueDecoder.text(of: context.codingPath + [key], root: path), problem: "is missing")
    @unknown default: JSONDecodingError(path: path, problem: "\(error)")
    }
  }
}

/// One value as a `Decoder`, and what its containers have in common.
struct ValueDecoder: Decoder {
  let value: JSONValue
  let codingPath: [any CodingKey]
  let root: String
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object(let object) = value else { throw mismatch("an object") }
    return KeyedDecodingContainer(KeyedContainer(object: object, decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let elements) = value else { throw mismatch("a list") }
    return UnkeyedContainer(elements: elements, decoder: self)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { SingleContainer(decoder: self) }

  func nested(_ value: JSONValue, _ key: any CodingKey) -> ValueDecoder {
    ValueDecoder(value: value, codingPath: codingPath + [key], root: root)
  }

  func error(_ problem: String, at key: (any CodingKey)? = nil) -> JSONDecodingError {
    JSONDecodingError(path: Self.text(of: codingPath + (key.map { [$0] } ?? []), root: root), problem: problem)
  }

  func mismatch(_ expected: String) -> JSONDecodingError {
    let found: String
    switch value {
    case .array: found = "a list"
    case .object: found = "an object"
    default: found = value.text.count <= 64 ? value.text : "a \(value.kind)"
    }
    return error("expected \(expected), found \(found)")
  }

  static func text(of path: [any CodingKey], root: String) -> String {
    var text = root
    for key in path {
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        if !text.isEmpty { text += "." }
        text += key.stringValue
      }
    }
    return text
  }

  func bool() throws -> Bool {
    guard case .bool(let bool) = value else { throw mismatch("true or false") }
    return bool
  }

  func string() throws -> String {
    guard case .string(let text) = value else { throw mismatch("a string") }
    return text
  }

  func integer<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
    guard case .number(let number) = value else { throw mismatch("an integer") }
    if let result = T(number.text) ?? number.int64.flatMap({ T(exactly: $0) }) { return result }
    guard number.isIntegerLiteral || number.int64 != nil else { throw mismatch("an integer") }
    throw mismatch("an integer from \(T.min) to \(T.max)")
  }

  func floatingPoint<T: BinaryFloatingPoint & LosslessStringConvertible>(_ type: T.Type) throws -> T {
    guard case .number(let number) = value else { throw mismatch("a number") }
    guard let result = T(number.text), result.isFinite else { throw mismatch("a number a \(T.self) can hold") }
    return result
  }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    do {
      return try T(from: self)
    } catch let error as DecodingError {
      if case .dataCorrupted(let context) = error, context.codingPath.count == codingPath.count {
        throw self.error("\(value.text) is not allowed here: \(context.debugDescription)")
      }
      throw error
    }
  }
}
