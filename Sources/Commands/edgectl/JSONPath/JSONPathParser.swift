import JSON

/// Reads templates; see ``JSONPath``.
struct JSONPathParser {
  private let input: [Character]
  private var position = 0

  init(_ text: String) { input = Array(text) }

  private typealias Failure = JSONPath.Failure

  private var next: Character? { position < input.count ? input[position] : nil }

  private func fails(_ why: String) -> JSONPath.Failure { JSONPath.Failure(description: why) }

  private func isAhead(_ text: String) -> Bool { input[position...].starts(with: text) }

  // MARK: Blocks

  /// The whole template.
  mutating func template() throws(JSONPath.Failure) -> [JSONPath.Block] {
    let blocks = try blocks(isInRange: false)
    return blocks
  }

  private mutating func blocks(isInRange: Bool) throws(JSONPath.Failure) -> [JSONPath.Block] {
    var blocks: [JSONPath.Block] = []
    while let character = next {
      guard character == "{" else {
        var text = ""
        while let character = next, character != "{" {
          text.append(character)
          position += 1
        }
        blocks.append(.text(text))
        continue
      }
      position += 1
      switch try action() {
      case .steps(let steps): blocks.append(.action(steps))
      case .range(let steps): blocks.append(.range(steps, try self.blocks(isInRange: true)))
      case .end:
        guard isInRange else { throw fails("not in range, nothing to end") }
        return blocks
      }
    }
    return blocks
  }

  private enum Action {
    case steps([JSONPath.Step])
    case range([JSONPath.Step])
    case end
  }

  /// An action, from after its brace to behind the closing one.
  private mutating func action() throws(JSONPath.Failure) -> Action {
    var steps: [JSONPath.Step] = []
    var word: String?
    while let character = next {
      if character == "}" {
        position += 1
        if word == "end" { return .end }
        return word == "range" ? .range(steps) : .steps(steps)
      }
      if character.isLetter || character == "_" {
        let name = identifier()
        switch name {
        case "true", "false": steps.append(.literal(.bool(name == "true")))
        case "range", "end":
          guard word == nil, steps.isEmpty else { throw fails("unexpected \(name)") }
          word = name
        default: throw fails("unrecognized identifier \(name)")
        }
      } else {
        try step(&steps)
      }
    }
    throw fails("unclosed action")
  }

  private mutating func identifier() -> String {
    var name = ""
    while let character = next, character.isLetter || character.isNumber || character == "_" {
      name.append(character)
      position += 1
    }
    return name
  }

  /// The steps of a part of an action, for instance a side of a filter.
  private static func steps(_ text: String) throws(JSONPath.Failure) -> [JSONPath.Step] {
    var parser = JSONPathParser("{" + text + "}")
    parser.position = 1
    guard case .steps(let steps) = try parser.action(), parser.next == nil else { throw parser.fails("unexpected '\(text)'") }
    return steps
  }

  // MARK: Steps

  private mutating func step(_ steps: inout [JSONPath.Step]) throws(JSONPath.Failure) {
    guard let character = next else { throw fails("unclosed action") }
    if isAhead("[?(") { return try filter(&steps) }
    if isAhead("..") {
      if steps.last == .recursive { throw fails("invalid multiple recursive descent") }
      position += 2
      steps.append(.recursive)
      if let next, next.isLetter || next.isNumber || next == "_" { try field(&steps) }
      return
    }
    switch character {
    // The current object is where every action starts.
    case " ", "@", "$": position += 1
    case "[": try array(&steps)
    case "\"", "'": steps.append(.literal(.string(try quoted(character))))
    case ".":
      position += 1
      try field(&steps)
    case "+", "-", "0"..."9": steps.append(.literal(try number()))
    case "\n", "\r": throw fails("unclosed action")
    default: throw fails("unrecognized character in action: '\(character)'")
    }
  }

  private mutating func field(_ steps: inout [JSONPath.Step]) throws(JSONPath.Failure) {
    var name = ""
    while let character = next, !".,[]$@{} \t\r\n".contains(character) {
      position += 1
      if character == "\\" {
        guard let escaped = next else { throw fails("unclosed action") }
        name.append(escaped)
        position += 1
      } else {
        name.append(character)
      }
    }
    steps.append(name == "*" ? .wildcard : .field(name))
  }

  private mutating func number() throws(JSONPath.Failure) -> JSONValue {
    var text = ""
    if next == "+" || next == "-" {
      if next == "-" { text = "-" }
      position += 1
    }
    while let character = next, character.isASCII, character.isNumber || character == "." {
      text.append(character)
      position += 1
    }
    guard let number = JSONNumber(text: text) else { throw fails("cannot parse number \(text)") }
    return .number(number)
  }

  private mutating func quoted(_ quote: Character) throws(JSONPath.Failure) -> String {
    position += 1
    var text = ""
    while let character = next, character != "\n" {
      position += 1
      if character == quote { return text }
      guard character == "\\" else {
        text.append(character)
        continue
      }
      guard let escaped = next else { break }
      position += 1
      switch escaped {
      case "n": text.append("\n")
      case "t": text.append("\t")
      case "r": text.append("\r")
      case "a": text.append("\u{07}")
      case "b": text.append("\u{08}")
      case "f": text.append("\u{0C}")
      case "v": text.append("\u{0B}")
      case "\\", "\"", "'", "/": text.append(escaped)
      case "u", "x":
        let digits = String(input[position...].prefix(escaped == "u" ? 4 : 2))
        guard digits.count == (escaped == "u" ? 4 : 2), let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) else {
          throw fails("unquote string: '\\\(escaped)\(digits)' is no character")
        }
        text.unicodeScalars.append(scalar)
        position += digits.count
      default: throw fails("unquote string: unknown escape '\\\(escaped)'")
      }
    }
    throw fails("unterminated quoted string")
  }

  private mutating func array(_ steps: inout [JSONPath.Step]) throws(JSONPath.Failure) {
    position += 1
    var text = ""
    while let character = next, character != "]", character != "\n" {
      text.append(character)
      position += 1
    }
    guard next == "]" else { throw fails("unterminated array") }
    position += 1
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    if parts.count > 1 {
      var union: [[JSONPath.Step]] = []
      for part in parts {
        var bare = part
        while bare.first == " " { bare = bare.dropFirst() }
        while bare.last == " " { bare = bare.dropLast() }
        union.append(try Self.steps("[\(bare)]"))
      }
      steps.append(.union(union))
    } else if text.count >= 2, text.hasPrefix("'"), text.hasSuffix("'"), !text.dropFirst().dropLast().contains("'") {
      // To kubectl a name in brackets is a path like any other: its dots need a backslash.
      steps += try Self.steps(".\(text.dropFirst().dropLast())")
    } else {
      steps.append(.slice(try slice(text)))
    }
  }

  private func slice(_ text: String) throws(JSONPath.Failure) -> JSONPath.Slice {
    if text == "*" { return JSONPath.Slice() }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 3 else { throw fails("invalid array index \(text)") }
    var numbers: [Int?] = []
    for part in parts {
      if part.isEmpty {
        numbers.append(nil)
      } else if let number = Int32(part).map(Int.init), part.first != "+" {
        numbers.append(number)
      } else {
        throw fails("invalid array index \(text)")
      }
    }
    guard numbers.count > 1 else {
      let index = numbers.first.flatMap { $0 } ?? 0
      return JSONPath.Slice(start: index, end: index + 1, isIndex: true)
    }
    if numbers.count == 3, let step = numbers[2], step <= 0 { throw fails("step must be > 0") }
    return JSONPath.Slice(start: numbers[0], end: numbers[1], step: numbers.count == 3 ? numbers[2] : nil)
  }

  private mutating func filter(_ steps: inout [JSONPath.Step]) throws(JSONPath.Failure) {
    position += 3
    var text = ""
    var quote: Character?
    var isEscaped = false
    while let character = next, character != "\n" {
      if quote == nil, character == ")" { break }
      if isEscaped {
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == quote {
        quote = nil
      } else if quote == nil, character == "\"" || character == "'" {
        quote = character
      }
      text.append(character)
      position += 1
    }
    guard next == ")" else { throw fails("unterminated filter") }
    position += 1
    guard next == "]" else { throw fails("unclosed array expect ]") }
    position += 1
    guard let match = text.wholeMatch(of: /([^!<>=]+)([!<>=]+)(.+)/) else {
      steps.append(.filter(left: try Self.steps(text), operation: nil, right: []))
      return
    }
    guard ["==", "!=", "<", "<=", ">", ">="].contains(match.2) else { throw fails("unrecognized filter operator \(match.2)") }
    steps.append(
      .filter(left: try Self.steps(String(match.1)), operation: String(match.2), right: try Self.steps(String(match.3))))
  }
}
