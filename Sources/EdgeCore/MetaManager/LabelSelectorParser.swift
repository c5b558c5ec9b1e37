import DeviceAPI

/// Reads label selectors: requirements between commas, each a key with what is asked of its value.
struct LabelSelectorParser {
  private var words: ArraySlice<Substring>

  init(_ text: String) { words = Self.words(of: text)[...] }

  mutating func requirements() throws(MalformedSelector) -> [LabelSelector.Requirement] {
    var requirements: [LabelSelector.Requirement] = []
    guard !words.isEmpty else { return [] }
    while true {
      requirements.append(try requirement())
      guard let separator = words.popFirst() else { return requirements }
      guard separator == "," else { throw MalformedSelector("found '\(separator)', expected: ',' or 'end of string'") }
    }
  }

  private mutating func requirement() throws(MalformedSelector) -> LabelSelector.Requirement {
    if words.first == "!" {
      words.removeFirst()
      return .isAbsent(try key())
    }
    let key = try key()
    guard let sign = words.first, sign != "," else { return .exists(key) }
    words.removeFirst()
    switch sign {
    case "=", "==": return .isIn(key, [try value()])
    case "!=": return .isNotIn(key, [try value()])
    case "in": return .isIn(key, try values())
    case "notin": return .isNotIn(key, try values())
    case ">": return .isGreater(key, than: try number())
    case "<": return .isLess(key, than: try number())
    default: throw MalformedSelector("unable to parse requirement: found '\(sign)', expected: in, notin, =, ==, !=, >, <")
    }
  }

  private mutating func key() throws(MalformedSelector) -> String {
    guard let word = words.popFirst(), !Self.isSign(word) else {
      throw MalformedSelector("unable to parse requirement: found '\(words.first ?? "")', expected: a label's key")
    }
    if let problem = DNSName.problem(key: String(word)) {
      throw MalformedSelector("unable to parse requirement: invalid label key \"\(word.prefix(128))\": \(problem)")
    }
    return String(word)
  }

  /// What stands where a value may; nothing is the empty one.
  private mutating func value() throws(MalformedSelector) -> String {
    guard let word = words.first, !Self.isSign(word) else { return "" }
    words.removeFirst()
    if let problem = DNSName.problem(qualified: String(word), "a label's value") {
      throw MalformedSelector("unable to parse requirement: invalid label value \"\(word.prefix(128))\": \(problem)")
    }
    return String(word)
  }

  private mutating func values() throws(MalformedSelector) -> Set<String> {
    guard words.first == "(" else {
      throw MalformedSelector("unable to parse requirement: found '\(words.first ?? "")', expected: '('")
    }
    words.removeFirst()
    var values: Set<String> = []
    while true {
      values.insert(try value())
      switch words.popFirst() {
      case ")": return values
      case ",": continue
      case let other: throw MalformedSelector("unable to parse requirement: found '\(other ?? "")', expected: ',' or ')'")
      }
    }
  }

  private mutating func number() throws(MalformedSelector) -> Int64 {
    let text = try value()
    guard let number = Int64(text) else {
      throw MalformedSelector("unable to parse requirement: for '>' and '<' the value must be an integer, not \"\(text)\"")
    }
    return number
  }

  // MARK: Words

  private static let signs: Set<Character> = ["=", "!", "(", ")", ",", ">", "<"]

  private static func isSign(_ word: Substring) -> Bool { word.first.map(signs.contains) ?? true }

  /// The keys, values and signs of a selector.
  private static func words(of text: String) -> [Substring] {
    var words: [Substring] = []
    var rest = text[...]
    while let first = rest.first {
      if first.isWhitespace {
        rest.removeFirst()
      } else if signs.contains(first) {
        let length = rest.hasPrefix("==") || rest.hasPrefix("!=") ? 2 : 1
        words.append(rest.prefix(length))
        rest = rest.dropFirst(length)
      } else {
        let word = rest.prefix { !$0.isWhitespace && !signs.contains($0) }
        words.append(word)
        rest = rest.dropFirst(word.count)
      }
    }
    return words
  }
}
