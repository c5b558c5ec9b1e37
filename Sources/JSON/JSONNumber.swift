/// A JSON number, kept as the text it was written with.
///
/// `1`, `1.0` and `1e0` are different numbers here, and so is a 30-digit integer from its nearest `Double`: whoever
/// stores what somebody else wrote gives it back unchanged.
public struct JSONNumber: Sendable, Hashable {
  /// The number as JSON text, for instance `-12.50e3`.
  public let text: String

  /// A number from an integer.
  public init(_ value: Int64) { text = String(value) }

  /// A number from a `Double` in its shortest form; `nil` for infinity and NaN, which JSON can't say.
  public init?(_ value: Double) {
    guard value.isFinite else { return nil }
    if let exact = Int64(exactly: value), exact.magnitude < 1 << 53 {
      text = String(exact)
    } else {
      text = "\(value)"
    }
  }

  /// A number from text that is known to follow JSON's grammar.
  init(unchecked text: String) { self.text = text }

  /// A number from text; `nil` when the text isn't a JSON number.
  public init?(text: String) {
    guard Self.isNumber(text.utf8) else { return nil }
    self.text = text
  }

  /// The value as an `Int64`, when it is integral (`2.0` is) and fits.
  public var int64: Int64? {
    if let value = Int64(text) { return value }
    guard let value = Double(text) else { return nil }
    return Int64(exactly: value)
  }

  /// The nearest `Double`; infinity when the number is out of range.
  public var double: Double { Double(text) ?? .nan }

  /// Whether the text has neither fraction nor exponent.
  public var isIntegerLiteral: Bool { !text.utf8.contains { $0 == 0x2E || $0 | 0x20 == 0x65 } }

  static func isNumber(_ bytes: some Sequence<UInt8>) -> Bool {
    var iterator = bytes.makeIterator()
    var next = iterator.next()
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }
    func skipDigits() -> Bool {
      guard isDigit(next) else { return false }
      while isDigit(next) { next = iterator.next() }
      return true
    }
    if next == 0x2D { next = iterator.next() }
    if next == 0x30 {
      next = iterator.next()
    } else if !skipDigits() {
      return false
    }
    if next == 0x2E {
      next = iterator.next()
      guard skipDigits() else { return false }
    }
    if next == 0x65 || next == 0x45 {
      next = iterator.next()
      if next == 0x2B || next == 0x2D { next = iterator.next() }
      guard skipDigits() else { return false }
    }
    return next == nil
  }
}
