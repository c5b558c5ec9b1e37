/// Standard base64 (RFC 4648 section 4), with or without its padding.
enum Base64 {
  static func isValid(_ text: String) -> Bool {
    let bare = bare(text)
    let padding = text.utf8.count - bare.count
    guard padding == 0 || padding <= 2 && text.utf8.count % 4 == 0, bare.count % 4 != 1 else { return false }
    return bare.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "+"), UInt8(ascii: "/"):
        true
      default: false
      }
    }
  }

  /// The bytes that a text says; `nil` when it isn't base64. White space counts for nothing.
  static func decode(_ text: String) -> [UInt8]? {
    let text = String(decoding: text.utf8.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }, as: UTF8.self)
    guard isValid(text) else { return nil }
    var bytes: [UInt8] = []
    var (bits, count) = (UInt32(0), 0)
    for character in bare(text) {
      let digit: UInt8 =
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        default: 63
        }
      bits = bits << 6 | UInt32(digit)
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
    return bytes
  }

  /// The text without its padding.
  static func bare(_ text: String) -> [UInt8] {
    var bytes = Array(text.utf8)
    while bytes.last == UInt8(ascii: "=") { bytes.removeLast() }
    return bytes
  }
}
