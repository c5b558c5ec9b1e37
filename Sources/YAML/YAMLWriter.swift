public import JSON

/// Writes JSON values as YAML that looks as kubectl's does: two blanks of indentation, sequences at the column of their
/// key, quotes only where a value would be read as something else.
public struct YAMLWriter: Sendable {
  /// What was written so far.
  public private(set) var text = ""

  /// A writer that has written nothing.
  public init() {}

  /// Writes a document; from the second on with the line `---` before it.
  public mutating func document(_ value: JSONValue) {
    if !text.isEmpty { text += "---\n" }
    switch value {
    case .object(let object) where !object.isEmpty: mapping(object, indent: 0, isInline: false)
    case .array(let elements) where !elements.isEmpty: sequence(elements, indent: 0, isInline: false)
    default: leaf(value, indent: 0)
    }
  }

  /// Writes the members, each on a line of its own but for the first when `isInline`.
  private mutating func mapping(_ object: JSONObject, indent: Int, isInline: Bool) {
    var isFirst = true
    for (key, value) in object {
      if !(isFirst && isInline) { blanks(indent) }
      isFirst = false
      let name = YAMLText.flow(key)
      if name.utf8.count <= YAMLText.maximumKeyBytes {
        text += name + ":"
      } else {
        text += "? " + name + "\n"
        blanks(indent)
        text += ":"
      }
      switch value {
      case .object(let object) where !object.isEmpty:
        text += "\n"
        mapping(object, indent: indent + 2, isInline: false)
      case .array(let elements) where !elements.isEmpty:
        text += "\n"
        sequence(elements, indent: indent, isInline: false)
      default:
        text += " "
        leaf(value, indent: indent + 2)
      }
    }
  }

  private mutating func sequence(_ elements: [JSONValue], indent: Int, isInline: Bool) {
    for (index, element) in elements.enumerated() {
      if !(index == 0 && isInline) { blanks(indent) }
      text += "- "
      switch element {
      case .object(let object) where !object.isEmpty: mapping(object, indent: indent + 2, isInline: true)
      case .array(let elements) where !elements.isEmpty: sequence(elements, indent: indent + 2, isInline: true)
      default: leaf(element, indent: indent + 2)
      }
    }
  }

  private mutating func leaf(_ value: JSONValue, indent: Int) {
    switch value {
    case .string(let string):
      if YAMLText.isLiteral(string) {
        literal(string, indent: max(indent, 2))
      } else {
        text += YAMLText.flow(string) + "\n"
      }
    case .array: text += "[]\n"
    case .object: text += "{}\n"
    case .null, .bool, .number: text += value.text + "\n"
    }
  }

  private mutating func literal(_ string: String, indent: Int) {
    var lines = string.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
    if string.utf8.last != 0x0A {
      text += "|-\n"
    } else {
      lines.removeLast()
      text += lines.last?.isEmpty == true ? "|+\n" : "|\n"
    }
    for line in lines {
      if !line.isEmpty {
        blanks(indent)
        text += String(line) ?? ""
      }
      text += "\n"
    }
  }

  private mutating func blanks(_ count: Int) {
    for _ in 0..<count { text += " " }
  }
}

extension JSONValue {
  /// The document as YAML text in kubectl's look, keys sorted.
  public var yaml: String {
    var writer = YAMLWriter()
    writer.document(self)
    return writer.text
  }
}
