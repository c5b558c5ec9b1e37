/// Decimal numbers as twins write them: Swift's own parsers would take `0x1p4`, `inf` and `nan` as well.
enum Decimal64 {
  /// A finite number: digits with a point and an exponent where needed.
  static func double(_ text: String) -> Double? {
    guard isDecimal(text), let value = Double(text.utf8.last == UInt8(ascii: ".") ? text + "0" : text), value.isFinite else { return nil }
    return value
  }

  /// A whole number of 64 bits.
  static func int(_ text: String) -> Int64? { Int64(text) }

  /// Whether the text is a whole number, of any size.
  static func isInteger(_ text: String) -> Bool {
    var digits = text.utf8[...]
    if let sign = digits.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { digits = digits.dropFirst() }
    return !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func isDecimal(_ text: String) -> Bool {
    var rest = text.utf8[...]
    func takeSign() {
      if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    }
    func takeDigits() -> Int {
      let count = rest.prefix { (0x30...0x39).contains($0) }.count
      rest = rest.dropFirst(count)
      return count
    }
    takeSign()
    var digits = takeDigits()
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      digits += takeDigits()
    }
    guard digits > 0 else { return false }
    if let exponent = rest.first, exponent | 0x20 == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      takeSign()
      guard takeDigits() > 0 else { return false }
    }
    return rest.isEmpty
  }
}
