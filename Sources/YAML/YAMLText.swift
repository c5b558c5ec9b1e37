/// How a string is written so that it is read as the same string again.
enum YAMLText {
  /// A longer key is written with `?`: a reader looks for the colon no further than 1,024 characters.
  static let maximumKeyBytes = 128

  /// The string on one line: plain where that is safe, else in quotes.
  static func flow(_ text: String) -> String {
    switch YAMLScalar(text) {
    case .string: break
    default: return doubleQuoted(text)
    }
    if isBase60(text) || !text.unicodeScalars.allSatisfy(isPrintable) { return doubleQuoted(text) }
    return isPlain(Array(text.utf8))
      ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }

  /// Whether the string is best written as a literal block, which can hold any line that neither starts nor ends in blanks.
  static func isLiteral(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.contains(0x0A), let first = bytes.first, first != 0x20, first != 0x0A else { return false }
    guard text.unicodeScalars.allSatisfy({ isPrintable($0) || $0 == "\n" }) else { return false }
    return !zip(bytes, bytes.dropFirst()).contains { $0 == 0x20 && $1 == 0x0A } && bytes.last != 0x20
  }

  private static func isPlain(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first, let last = bytes.last, first != 0x20, last != 0x20, last != UInt8(ascii: ":") else { return false }
    switch first {
    case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "#"),
      UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "'"),
      UInt8(ascii: "\""), UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "`"):
      return false
    case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
      if bytes.count == 1 || bytes[1] == 0x20 { return false }
    default: break
    }
    if bytes.starts(with: Array("---".utf8)) || bytes.starts(with: Array("...".utf8)) { return false }
    return !zip(bytes, bytes.dropFirst()).contains {
      $0 == UInt8(ascii: ":") && $1 == 0x20 || $0 == 0x20 && $1 == UInt8(ascii: "#")
    }
  }

  /// Numbers as `12:30:45`, which other readers of YAML 1.1 take for base 60.
  private static func isBase60(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count > 1 else { return false }
    return parts.allSatisfy { part in
      !part.isEmpty
        && part.allSatisfy { (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E, 0x5F].contains($0) }
    }
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  private static func doubleQuoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where isPrintable(scalar): result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let (prefix, width) = scalar.value <= 0xFF ? ("\\x", 2) : scalar.value <= 0xFFFF ? ("\\u", 4) : ("\\U", 8)
        result += prefix + String(repeating: "0", count: width - digits.count) + digits
      }
    }
    return result + "\""
  }
}
