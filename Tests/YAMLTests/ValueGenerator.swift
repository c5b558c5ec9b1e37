import JSON

/// Makes values that are hard on a writer: keys and strings out of YAML's own punctuation, words and breaks.
struct ValueGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func value(depth: Int) -> JSONValue {
    switch below(depth > 0 ? 8 : 5) {
    case 0: [.null, true, false][below(3)]
    case 1: .number(number())
    case 5, 6: .object(JSONObject((0..<below(5)).map { _ in (string(), value(depth: depth - 1)) }))
    case 7: .array((0..<below(4)).map { _ in value(depth: depth - 1) })
    default: .string(string())
    }
  }

  mutating func string() -> String {
    let pieces = [
      "a", "bc", " ", "  ", "\n", "\n\n", ": ", ":", " #", "#", "- ", "-", "?", "? ", "'", "\"", "\\", "{", "}", "[", "]", ",", "&", "*",
      "!",
      "|", ">", "%", "@", "`", "~", "null", "true", "y", "No", "0", "1", "0x1", "017", ".", "e5", "_", "+", ".inf", "<<", "---", "...", "=",
      "\t", "\r", "\u{0}", "\u{7F}", "\u{85}", "\u{A0}", "\u{2028}", "\u{FEFF}", "é", "漢", "😀", "\u{FFFD}", "\u{FFFE}", "2026-11-23", ":30",
    ]
    if below(50) == 0 { return String(repeating: pieces[below(pieces.count)], count: 300) }
    return (0..<below(6)).map { _ in pieces[below(pieces.count)] }.joined()
  }

  /// The bytes with a few of them changed, taken away or repeated.
  mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<(1 + below(4)) where !bytes.isEmpty {
      let index = below(bytes.count)
      switch below(4) {
      case 0: bytes[index] = UInt8(below(256))
      case 1: bytes.remove(at: index)
      case 2: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + below(20))], at: below(bytes.count))
      default: bytes.removeSubrange(index...)
      }
    }
    return bytes
  }

  private mutating func number() -> JSONNumber {
    let texts = ["0", "-0", "1", "-12.50", "1e3", "1E-7", "123456789012345678901234567890", "0.1", "-9223372036854775808"]
    return JSONNumber(text: texts[below(texts.count)]) ?? JSONNumber(Int64(below(1000)))
  }

  /// SplitMix64.
  private mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
  }
}
