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

  /// The text without its padding.
  static func bare(_ text: String) -> [UInt8] {
    var bytes = Array(text.utf8)
    while bytes.last == UInt8(ascii: "=") { bytes.removeLast() }
    return bytes
  }
}
