/// Writes JSON text, piece by piece, into a growing buffer of bytes.
///
/// A caller who knows the shape of what it writes needs no ``JSONValue``: the frequent messages are written so.
public struct JSONWriter: Sendable {
  /// What was written so far, UTF-8.
  public private(set) var bytes: [UInt8] = []

  /// A writer with an empty buffer.
  public init(reserving capacity: Int = 256) { bytes.reserveCapacity(capacity) }

  /// Writes bytes that are JSON already, or its punctuation.
  public mutating func raw(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Writes bytes that are JSON already.
  public mutating func raw(_ json: some Sequence<UInt8>) { bytes.append(contentsOf: json) }

  /// Writes a whole value.
  public mutating func value(_ value: JSONValue) {
    switch value {
    case .null: raw("null")
    case .bool(true): raw("true")
    case .bool(false): raw("false")
    case .number(let number): raw(number.text.utf8)
    case .string(let text): string(text)
    case .array(let elements):
      raw("[")
      var isFirst = true
      for element in elements {
        if !isFirst { raw(",") }
        isFirst = false
        self.value(element)
      }
      raw("]")
    case .object(let object):
      raw("{")
      var isFirst = true
      for member in object.members {
        if !isFirst { raw(",") }
        isFirst = false
        string(member.key)
        raw(":")
        self.value(member.value)
      }
      raw("}")
    }
  }

  /// Writes an integer.
  public mutating func integer(_ value: Int64) { raw(String(value).utf8) }

  /// Writes a string with its quotes, escaping what JSON demands.
  public mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { utf8 in
      if utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
        bytes.append(contentsOf: utf8)
      } else {
        for byte in utf8 { appendEscaped(byte) }
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func appendEscaped(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): raw("\\\"")
    case UInt8(ascii: "\\"): raw("\\\\")
    case 0x0A: raw("\\n")
    case 0x0D: raw("\\r")
    case 0x09: raw("\\t")
    case 0..<0x20:
      raw(byte < 0x10 ? "\\u000" : "\\u001")
      let digit = byte & 0x0F
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    default: bytes.append(byte)
    }
  }
}

extension JSONValue {
  /// The document as compact UTF-8 JSON text, keys sorted.
  public var serialized: [UInt8] {
    var writer = JSONWriter()
    writer.value(self)
    return writer.bytes
  }

  /// The document as compact JSON text, keys sorted.
  public var text: String { String(decoding: serialized, as: UTF8.self) }

  /// The document as JSON text over several lines, indented by two spaces, keys sorted.
  public var prettyText: String {
    var text = ""
    appendPretty(to: &text, indent: "")
    return text
  }

  private func appendPretty(to text: inout String, indent: String) {
    let inner = indent + "  "
    switch self {
    case .array(let elements) where !elements.isEmpty:
      text += "[\n"
      for (index, element) in elements.enumerated() {
        text += inner
        element.appendPretty(to: &text, indent: inner)
        text += index == elements.count - 1 ? "\n" : ",\n"
      }
      text += indent + "]"
    case .object(let object) where !object.isEmpty:
      text += "{\n"
      for (index, member) in object.members.enumerated() {
        text += inner + JSONValue.string(member.key).text + ": "
        member.value.appendPretty(to: &text, indent: inner)
        text += index == object.count - 1 ? "\n" : ",\n"
      }
      text += indent + "}"
    default: text += self.text
    }
  }
}
