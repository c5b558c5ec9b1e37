/// Numbers as plain decimal text.
enum DecimalText {
  /// The shortest text that reads back as the same number, without exponent and without `.0`; `nil` when not finite.
  static func text<T: BinaryFloatingPoint & LosslessStringConvertible>(_ value: T) -> String? {
    guard value.isFinite else { return nil }
    if value == 0 { return "0" }
    var text = value.description
    // By bytes: most values pass here once each time they are read.
    if let exponentMark = text.utf8.firstIndex(of: UInt8(ascii: "e")) {
      guard let exponent = Int(text[text.index(after: exponentMark)...]) else { return nil }
      text = shift(text[..<exponentMark], by: exponent)
    }
    if text.utf8.suffix(2).elementsEqual(".0".utf8) { text.removeLast(2) }
    return text
  }

  /// Moves the decimal point of `mantissa` to the right by `places`.
  private static func shift(_ mantissa: Substring, by places: Int) -> String {
    let isNegative = mantissa.hasPrefix("-")
    let parts = mantissa.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
    let whole = parts.first ?? ""
    let fraction = parts.count > 1 ? parts[1] : ""
    let digits = String(whole + fraction)
    let point = whole.count + places
    var result: String
    if point <= 0 {
      result = "0." + String(repeating: "0", count: -point) + digits
    } else if point >= digits.count {
      result = digits + String(repeating: "0", count: point - digits.count)
    } else {
      result = String(digits.prefix(point)) + "." + digits.dropFirst(point)
    }
    if result.contains(".") {
      while result.hasSuffix("0") { result.removeLast() }
      if result.hasSuffix(".") { result.removeLast() }
    }
    return isNegative ? "-" + result : result
  }

  /// Whether the text is a decimal number: Swift's own reading also takes `nan`, `inf` and hexadecimals.
  static func isDecimal(_ text: String) -> Bool {
    var hasDigit = false
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): hasDigit = true
      case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): break
      case UInt8(ascii: "e"), UInt8(ascii: "E"): guard hasDigit else { return false }
      default: return false
      }
    }
    return hasDigit
  }
}
