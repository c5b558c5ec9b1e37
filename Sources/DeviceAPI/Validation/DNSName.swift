import JSON

/// The syntaxes of names in Kubernetes (RFC 1123 names, and the keys and values of labels).
package enum DNSName {
  /// What is wrong with an object's name.
  package static func problem(subdomain name: String) -> String? {
    let rule = "a name has lower-case letters, digits, '-' and '.', and starts and ends with a letter or digit"
    if name.utf8.count > 253 { return "\(name.utf8.count) characters, more than the 253 a name may have" }
    if let character = name.first(where: { !isLower($0) && $0 != "-" && $0 != "." }) {
      return "\(quoted(name)) has a '\(character)': \(rule)"
    }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.allSatisfy { isBounded($0) } ? nil : "\(quoted(name)) or a part of it between dots starts or ends wrongly: \(rule)"
  }

  /// What is wrong with a namespace's name.
  static func problem(label name: String) -> String? {
    let rule = "a namespace has lower-case letters, digits and '-', and starts and ends with a letter or digit"
    if name.utf8.count > 63 { return "\(name.utf8.count) characters, more than the 63 a namespace may have" }
    if let character = name.first(where: { !isLower($0) && $0 != "-" }) { return "\(quoted(name)) has a '\(character)': \(rule)" }
    return isBounded(name[...]) ? nil : "\(quoted(name)) starts or ends wrongly: \(rule)"
  }

  /// What is wrong with the key of a label or annotation: a name, after an optional domain and `/`.
  package static func problem(key: String) -> String? {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let name = parts.last else { return "\(quoted(key)) has more than one '/'" }
    if parts.count == 2, let problem = problem(subdomain: String(parts[0])) { return "the key's domain: \(problem)" }
    if name.isEmpty { return "the key has no name" }
    return problem(qualified: String(name), "a key's name")
  }

  /// What is wrong with the value of a label, or with the name in a key.
  package static func problem(qualified text: String, _ what: String) -> String? {
    let rule = "\(what) has letters, digits, '-', '_' and '.', and starts and ends with a letter or digit"
    if text.utf8.count > 63 { return "\(text.utf8.count) characters, more than the 63 \(what) may have" }
    func isAlphanumeric(_ character: Character) -> Bool { isLower(character) || character.isASCII && character.isUppercase }
    if let character = text.first(where: { !isAlphanumeric($0) && $0 != "-" && $0 != "_" && $0 != "." }) {
      return "\(quoted(text)) has a '\(character)': \(rule)"
    }
    guard let first = text.first, let last = text.last, isAlphanumeric(first), isAlphanumeric(last) else {
      return "\(quoted(text)) starts or ends wrongly: \(rule)"
    }
    return nil
  }

  private static func isLower(_ character: Character) -> Bool {
    ("a"..."z").contains(character) && character.isASCII || ("0"..."9").contains(character) && character.isASCII
  }

  private static func isBounded(_ part: Substring) -> Bool {
    guard let first = part.first, let last = part.last else { return false }
    return isLower(first) && isLower(last)
  }

  private static func quoted(_ text: String) -> String { JSONValue.string(text).shortText }
}
