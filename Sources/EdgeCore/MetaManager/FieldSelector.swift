/// A field selector as Kubernetes writes it: `involvedObject.name=pump,type!=Normal`.
package struct FieldSelector: Sendable, Hashable {
  /// A condition on one field.
  package struct Requirement: Sendable, Hashable {
    package var field: String
    package var value: String
    /// Whether the field has to have the value, or any other.
    package var isEqual: Bool
  }

  package private(set) var requirements: [Requirement] = []

  /// The selector that everything matches.
  package init() {}

  /// Reads a selector; `\` makes the character after it one of the value.
  ///
  /// - Throws: ``MalformedSelector`` with the part that can't be read.
  package init(_ text: String) throws(MalformedSelector) {
    for part in Self.parts(of: text) where !part.isEmpty { requirements.append(try Self.requirement(part)) }
  }

  package var isEmpty: Bool { requirements.isEmpty }

  /// - Parameter value: The value of a field; a field that isn't there is the empty text.
  package func matches(_ value: (_ field: String) -> String) -> Bool {
    requirements.allSatisfy { (value($0.field) == $0.value) == $0.isEqual }
  }

  /// The parts between commas.
  private static func parts(of text: String) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    var isEscaped = false
    for index in text.indices {
      if !isEscaped, text[index] == "," {
        parts.append(text[start..<index])
        start = text.index(after: index)
      }
      isEscaped = !isEscaped && text[index] == "\\"
    }
    return parts + [text[start...]]
  }

  private static func requirement(_ part: Substring) throws(MalformedSelector) -> Requirement {
    guard let sign = part.firstIndex(where: { $0 == "=" || $0 == "!" }), sign > part.startIndex else {
      throw MalformedSelector(part: String(part))
    }
    let field = String(part[..<sign])
    let rest = part[sign...]
    for (operation, isEqual) in [("!=", false), ("==", true), ("=", true)] where rest.hasPrefix(operation) {
      guard let value = unescaped(rest.dropFirst(operation.count)) else { break }
      return Requirement(field: field, value: value, isEqual: isEqual)
    }
    throw MalformedSelector(part: String(part))
  }

  /// The value meant; `nil` when it has a sign that would have to be escaped, or escapes another.
  private static func unescaped(_ text: Substring) -> String? {
    var value = ""
    var isEscaped = false
    for character in text {
      switch (character, isEscaped) {
      case ("\\", false): isEscaped = true
      case ("\\", true), (",", true), ("=", true):
        value.append(character)
        isEscaped = false
      case (_, true), ("=", false), (",", false): return nil
      case (_, false): value.append(character)
      }
    }
    return isEscaped ? nil : value
  }
}
