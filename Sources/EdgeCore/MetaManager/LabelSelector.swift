/// A label selector as Kubernetes writes it: `app=pump,tier!=test,zone in (a,b),!old`.
package struct LabelSelector: Sendable, Hashable {
  private enum Requirement: Sendable, Hashable {
    case isIn(String, Set<String>)
    case isNotIn(String, Set<String>)
    case exists(String)
    case isAbsent(String)
  }

  private var requirements: [Requirement] = []

  /// The selector that everything matches.
  package init() {}

  /// Reads a selector.
  ///
  /// - Throws: ``MalformedSelector`` with the part that can't be read.
  package init(_ text: String) throws(MalformedSelector) {
    for part in Self.parts(of: text) where !part.isEmpty {
      requirements.append(try Self.requirement(part))
    }
  }

  package var isEmpty: Bool { requirements.isEmpty }

  package func matches(_ labels: [String: String]) -> Bool {
    requirements.allSatisfy { requirement in
      switch requirement {
      case .isIn(let key, let values): labels[key].map(values.contains) ?? false
      case .isNotIn(let key, let values): !(labels[key].map(values.contains) ?? false)
      case .exists(let key): labels[key] != nil
      case .isAbsent(let key): labels[key] == nil
      }
    }
  }

  /// The parts between commas, those in parentheses left alone.
  private static func parts(of text: String) -> [String] {
    var parts = [""]
    var depth = 0
    for character in text {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    return parts.map(\.trimmed)
  }

  private static func requirement(_ part: String) throws(MalformedSelector) -> Requirement {
    let words = part.split(separator: " ", maxSplits: 2).map(String.init)
    if words.count == 3 || (words.count == 2 && words[1].contains("(")), let open = part.firstIndex(of: "("), part.hasSuffix(")") {
      let values = Set(part[part.index(after: open)...].dropLast().split(separator: ",").map { String($0).trimmed })
      let front = part[..<open].split(separator: " ").map(String.init)
      guard front.count == 2, !values.isEmpty else { throw MalformedSelector(part: part) }
      switch front[1] {
      case "in": return .isIn(front[0], values)
      case "notin": return .isNotIn(front[0], values)
      default: throw MalformedSelector(part: part)
      }
    }
    for (sign, isEqual) in [("!=", false), ("==", true), ("=", true)] {
      guard let range = part.firstRange(of: sign) else { continue }
      let key = String(part[..<range.lowerBound]).trimmed
      let value = String(part[range.upperBound...]).trimmed
      guard isKey(key) else { throw MalformedSelector(part: part) }
      return isEqual ? .isIn(key, [value]) : .isNotIn(key, [value])
    }
    if part.hasPrefix("!") {
      let key = String(part.dropFirst()).trimmed
      guard isKey(key) else { throw MalformedSelector(part: part) }
      return .isAbsent(key)
    }
    guard isKey(part) else { throw MalformedSelector(part: part) }
    return .exists(part)
  }

  private static func isKey(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber || "-_./".utf8.contains(byte)
      }
  }
}

/// A selector that can't be read.
package struct MalformedSelector: Error, Hashable, CustomStringConvertible {
  package let part: String
  package var description: String { "unable to parse requirement: \"\(part)\"" }
}

extension String {
  fileprivate var trimmed: String {
    var text = Substring(self)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
