import JSON

/// What a plain scalar means, as go-yaml decides it for Kubernetes.
enum YAMLScalar: Hashable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string
  /// Text that go-yaml takes for a time; Kubernetes makes a string of it, and quotes it when it writes one.
  case timestamp
  /// Infinity or NaN.
  case notFinite
  /// `<<`, which means something as a key.
  case merge

  init(_ text: String) {
    self = Self.word(text) ?? Self.number(text).map(YAMLScalar.number) ?? (Self.isTimestamp(text) ? .timestamp : .string)
  }

  private static func word(_ text: String) -> YAMLScalar? {
    switch text {
    case "", "~", "null", "Null", "NULL": .null
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y": .bool(true)
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N": .bool(false)
    case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF": .notFinite
    case "<<": .merge
    default: nil
    }
  }

  /// The number a text means; `nil` when it isn't one.
  static func number(_ text: String) -> JSONNumber? {
    guard let first = text.utf8.first else { return nil }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): break
    default: return nil
    }
    if let number = JSONNumber(text: text) { return number }
    var digits = text.utf8.filter { $0 != UInt8(ascii: "_") }[...]
    var sign = ""
    if digits.first == UInt8(ascii: "-") || digits.first == UInt8(ascii: "+") {
      if digits.removeFirst() == UInt8(ascii: "-") { sign = "-" }
    }
    if let magnitude = integer(digits) {
      return JSONNumber(text: magnitude == 0 ? "0" : sign + String(magnitude))
    }
    return float(digits).flatMap { JSONNumber(text: sign + $0) }
  }

  /// An integer in one of the bases Go's `ParseInt` knows by their prefixes.
  private static func integer(_ digits: ArraySlice<UInt8>) -> UInt64? {
    guard digits.first == UInt8(ascii: "0"), digits.count > 1 else { return UInt64(decimal: digits) }
    let rest = digits.dropFirst()
    switch rest.first.map({ $0 | 0x20 }) {
    case UInt8(ascii: "x"): return UInt64(unsigned: rest.dropFirst(), radix: 16)
    case UInt8(ascii: "o"): return UInt64(unsigned: rest.dropFirst(), radix: 8)
    case UInt8(ascii: "b"): return UInt64(unsigned: rest.dropFirst(), radix: 2)
    default: return UInt64(unsigned: rest, radix: 8)
    }
  }

  /// A decimal number in JSON's form: no leading zeros, digits on both sides of the point.
  private static func float(_ digits: ArraySlice<UInt8>) -> String? {
    var rest = digits
    func takeDigits() -> ArraySlice<UInt8> {
      let taken = rest.prefix { (0x30...0x39).contains($0) }
      rest = rest.dropFirst(taken.count)
      return taken
    }
    let whole = takeDigits()
    var fraction: ArraySlice<UInt8> = []
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      fraction = takeDigits()
    }
    guard !whole.isEmpty || !fraction.isEmpty else { return nil }
    let significant = whole.drop { $0 == 0x30 }
    var text = significant.isEmpty ? "0" : String(decoding: significant, as: UTF8.self)
    if !fraction.isEmpty { text += "." + String(decoding: fraction, as: UTF8.self) }
    // The exponent follows JSON's grammar already.
    if !rest.isEmpty { text += String(decoding: rest, as: UTF8.self) }
    return text
  }

  /// `2026-11-23`, or with `T`, `t` or a blank and a time of day after it.
  private static func isTimestamp(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    func number(_ digits: ClosedRange<Int>) -> Bool {
      let count = rest.prefix { (0x30...0x39).contains($0) }.count
      rest = rest.dropFirst(count)
      return digits.contains(count)
    }
    func take(_ characters: StaticString) -> Bool {
      guard let first = rest.first,
        UnsafeBufferPointer(start: characters.utf8Start, count: characters.utf8CodeUnitCount).contains(first)
      else { return false }
      rest = rest.dropFirst()
      return true
    }
    guard number(4...4), take("-"), number(1...2), take("-"), number(1...2) else { return false }
    if rest.isEmpty { return true }
    guard take("Tt "), number(1...2), take(":"), number(1...2), take(":"), number(1...2) else { return false }
    if take("."), !number(1...9) { return false }
    if rest.isEmpty || take("Z") { return rest.isEmpty }
    return take("+-") && number(2...2) && take(":") && number(2...2) && rest.isEmpty
  }
}

extension UInt64 {
  fileprivate init?(decimal digits: ArraySlice<UInt8>) { self.init(unsigned: digits, radix: 10) }

  /// Digits without a sign, which `UInt64`'s own initializer would take.
  fileprivate init?(unsigned digits: ArraySlice<UInt8>, radix: Int) {
    guard let first = digits.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else { return nil }
    self.init(String(decoding: digits, as: UTF8.self), radix: radix)
  }
}
