import JSON

extension JSONValue {
  /// The value as kubectl's jsonpath prints it: text bare, objects and arrays as JSON in one line.
  var jsonPathText: String {
    switch self {
    case .string(let text): text
    case .null: "null"
    case .object, .array: goJSON
    case .bool, .number: text
    }
  }

  /// The value as Go's `%v` prints it, which is what kubectl's custom columns show.
  var goText: String {
    switch self {
    case .string(let text): text
    case .null: "<nil>"
    case .bool, .number: text
    case .array(let elements): "[\(elements.map(\.goText).joined(separator: " "))]"
    case .object(let members): "map[\(members.map { "\($0.key):\($0.value.goText)" }.joined(separator: " "))]"
    }
  }

  /// The JSON that Go's encoder makes: HTML's special characters are escaped.
  var goJSON: String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": result += "\\u003c"
      case ">": result += "\\u003e"
      case "&": result += "\\u0026"
      case "\u{2028}": result += "\\u2028"
      case "\u{2029}": result += "\\u2029"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
