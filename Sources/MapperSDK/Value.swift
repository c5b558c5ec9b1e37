/// What a driver reads from a device or writes to it.
public enum Value: Sendable, Hashable {
  /// A 64-bit integer.
  case int(Int64)
  /// A 32-bit floating-point number.
  case float(Float)
  /// A 64-bit floating-point number.
  case double(Double)
  /// Text.
  case string(String)
  /// `true` or `false`.
  case bool(Bool)
  /// Bytes.
  case bytes([UInt8])

  /// The type whose values these are.
  public var type: ValueType {
    switch self {
    case .int: .int
    case .float: .float
    case .double: .double
    case .string: .string
    case .bool: .boolean
    case .bytes: .bytes
    }
  }

  /// The value as twins carry it: numbers in the shortest form that reads back the same, without exponent or `.0`;
  /// `nil` for NaN and infinity, which have no text.
  public var text: String? {
    switch self {
    case .int(let value): String(value)
    case .float(let value): DecimalText.text(value)
    case .double(let value): DecimalText.text(value)
    case .string(let value): value
    case .bool(let value): value ? "true" : "false"
    case .bytes(let value): Base64.encode(value)
    }
  }

  /// The value as a number, if it is one.
  public var number: Double? {
    switch self {
    case .int(let value): Double(value)
    case .float(let value): Double(value)
    case .double(let value): value
    case .string, .bool, .bytes: nil
    }
  }

  /// Reads a value of a type from its text.
  ///
  /// - Throws: ``ValueError`` when the text isn't of that type.
  public init(parsing text: String, as type: ValueType) throws(ValueError) {
    func refuse(_ expected: String) -> ValueError { ValueError(.notOfType, "\"\(text.prefix(64))\" is not \(expected)") }
    switch type {
    case .string: self = .string(text)
    case .boolean:
      switch text {
      case "true", "True", "TRUE", "1": self = .bool(true)
      case "false", "False", "FALSE", "0": self = .bool(false)
      default: throw refuse("true or false")
      }
    case .bytes:
      guard let bytes = Base64.decode(text) else { throw refuse("base64 text") }
      self = .bytes(bytes)
    case .int:
      guard let value = Int64(text) else { throw refuse("an integer") }
      self = .int(value)
    case .float:
      guard DecimalText.isDecimal(text), let value = Float(text), value.isFinite else { throw refuse("a number") }
      self = .float(value)
    case .double:
      guard DecimalText.isDecimal(text), let value = Double(text), value.isFinite else { throw refuse("a number") }
      self = .double(value)
    }
  }
}
