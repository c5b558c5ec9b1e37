import DeviceAPI

/// Which values a property may have.
enum TwinValueRules {
  /// Bytes of UTF-8 that a value may have at most.
  static let maximumValueBytes = 64 * 1024
  /// Bytes of UTF-8 that a property's name may have at most; KubeEdge's limit.
  static let maximumNameBytes = 128

  /// Bytes of UTF-8 that are kept of a sentence that says why something is as it is.
  static let maximumReasonBytes = 2_000

  /// A sentence, cut where it is too long: it is kept, and shown, with everything that becomes of its property. Bytes are
  /// counted, since one character may have any number of them.
  static func shortened(_ text: String) -> String {
    guard text.utf8.count > maximumReasonBytes else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: maximumReasonBytes)
    while text.utf8[end] & 0xC0 == 0x80 { end = text.utf8.index(before: end) }
    return text[..<end] + "…"
  }

  /// The property type that a message's `metadata.type` names; `nil` for one that doesn't exist.
  static func propertyType(_ name: String) -> PropertyType? {
    switch name {
    case "", "string": .string
    case "int", "integer": .int
    case "float": .float
    case "double": .double
    case "boolean": .boolean
    case "bytes": .bytes
    default: nil
    }
  }

  /// What is wrong with a property's name; `nil` when nothing is. The sentence is KubeEdge's, which clients know.
  static func problem(inName name: String) -> String? {
    let isValid =
      (1...maximumNameBytes).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-_.,:/@#".utf8.contains(byte)
        }
      }
    return isValid
      ? nil
      : "The key of twin must only include upper or lowercase letters, number, english, and special letter - _ . , : / @ # and the length of key should be less than 128 bytes"
  }

  /// What is wrong with a value for a property; `nil` when nothing is.
  ///
  /// Where the text is no value of the type the sentence is KubeEdge's, which clients know.
  static func problem(inValue text: String, of property: TwinProperty) -> String? {
    guard text.utf8.count <= maximumValueBytes else {
      return "the value has \(text.utf8.count) bytes, more than the \(maximumValueBytes) allowed"
    }
    guard !text.isEmpty, let type = propertyType(property.type) else { return nil }
    if type.check(text, minimum: nil, maximum: nil) != nil {
      switch type {
      case .int: return "the value is not int or integer"
      case .float, .double: return "the value is not float"
      case .boolean: return "the bool value must be true or false"
      default: return type.check(text, minimum: nil, maximum: nil)
      }
    }
    return type.check(text, minimum: property.minimum, maximum: property.maximum)
  }

  /// Whether two texts are the same value of a property's type: `70` and `70.0` are the same float.
  static func isEqual(_ left: String, _ right: String, type: String) -> Bool {
    left == right || (propertyType(type)?.isEqual(left, right) ?? false)
  }
}
