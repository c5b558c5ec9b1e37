internal import JSON
internal import MapperSDK

/// What values become on the wire.
extension ModbusValueCodec {
  /// The number on the wire for a value, as the bits of an integer.
  func pattern(_ value: Value, bits: Int, isSigned: Bool) throws(ReadingError) -> UInt64 {
    let most: UInt64 = bits >= 64 ? .max : 1 << UInt64(bits) - 1
    if !isSigned, scaling.isIdentity, case .string(let text) = value, enumeration.isEmpty, let number = UInt64(text), number <= most {
      return number
    }
    guard isSigned || bits < 64 else { return try wide(value) }
    let range: ClosedRange<Int64> =
      isSigned ? Int64.min >> Int64(64 - bits)...Int64.max >> Int64(64 - bits) : 0...Int64(bitPattern: most)
    guard let number = try whole(value), range.contains(number) else { throw outOfRange(value, range.lowerBound, range.upperBound) }
    return UInt64(bitPattern: number) & most
  }

  /// The number on the wire for a value, as an unsigned integer of 64 bits.
  private func wide(_ value: Value) throws(ReadingError) -> UInt64 {
    if let number = try whole(value) {
      guard number >= 0 else { throw outOfRange(value, "0", "\(UInt64.max)") }
      return UInt64(number)
    }
    guard let number = UInt64(exactly: try number(value).rounded()) else { throw outOfRange(value, "0", "\(UInt64.max)") }
    return number
  }

  /// The whole number on the wire for a value, rounded to the nearest; `nil` when it is beyond 64 bits.
  func whole(_ value: Value) throws(ReadingError) -> Int64? {
    if !enumeration.isEmpty { return try named(value) }
    switch value {
    case .int(let whole):
      if let exact = scaling.isIdentity ? whole : scaling.number(whole) { return exact }
    case .string(let text):
      if let whole = Int64(text) { return try self.whole(.int(whole)) }
    case .bool(let flag): return flag ? 1 : 0
    case .float, .double, .bytes: break
    }
    return Int64(exactly: try number(value).rounded())
  }

  /// The number on the wire for a value, not rounded.
  func number(_ value: Value) throws(ReadingError) -> Double {
    switch value {
    case .float(let number) where number.isFinite: return scaling.number(Double(number))
    case .double(let number) where number.isFinite: return scaling.number(number)
    case .int(let number): return scaling.number(Double(number))
    case .bool(let flag): return flag ? 1 : 0
    case .string(let text):
      guard case .double(let number)? = try? Value(parsing: text, as: .double) else { throw notANumber(value) }
      return scaling.number(number)
    case .float, .double: throw ReadingError(.invalidValue, "the number is not finite")
    case .bytes: throw notANumber(value)
    }
  }

  /// The truth value to be written.
  func flag(_ value: Value) throws(ReadingError) -> Bool {
    if !enumeration.isEmpty { return try named(value) != 0 }
    switch value {
    case .bool(let flag): return flag
    case .int(0), .float(0), .double(0), .string("0"), .string("false"): return false
    case .int(1), .float(1), .double(1), .string("1"), .string("true"): return true
    default: throw ReadingError(.invalidValue, "expected true or false, 1 or 0, found \(value.text?.prefix(64) ?? "no number")")
    }
  }

  /// The number that has a value's text for its name; the least, should several have it.
  private func named(_ value: Value) throws(ReadingError) -> Int64 {
    let text = value.text ?? ""
    var found: Int64?
    for (number, name) in enumeration where name == text && number < found ?? .max { found = number }
    if let found { return found }
    let names = enumeration.sorted { $0.key < $1.key }.map(\.value)
    let hint = Suggestion.nearest(to: text, among: names).map { ", did you mean \($0)?" } ?? ""
    throw ReadingError(.invalidValue, "expected one of \(names.joined(separator: ", ")), found \"\(text.prefix(64))\"\(hint)")
  }

  /// The elements of an array's text.
  func elements(of value: Value) throws(ReadingError) -> [Value] {
    let count = layout.elements ?? 1
    guard case .string(let text) = value, let array = (try? JSONValue(parsing: Array(text.utf8)))?.array, array.count == count else {
      throw ReadingError(.invalidValue, "expected a JSON array of \(count) elements, found \"\(value.text?.prefix(64) ?? "")\"")
    }
    return try array.map { element throws(ReadingError) in
      if let flag = element.bool { return .bool(flag) }
      guard let number = element.number else {
        throw ReadingError(.invalidValue, "expected numbers or truth values in the array, found \(element.text.prefix(64))")
      }
      return .string(number.text)
    }
  }

  func outOfRange(_ value: Value, _ least: Int64, _ most: Int64) -> ReadingError {
    func text(_ number: Int64) -> String {
      if let whole = scaling.whole(number) { return "\(whole)" }
      return Value.double(scaling.value(number)).text ?? "\(number)"
    }
    let bounds = [text(least), text(most)]
    // A negative scale turns the range around.
    return scaling.scale < 0 ? outOfRange(value, bounds[1], bounds[0]) : outOfRange(value, bounds[0], bounds[1])
  }

  func outOfRange(_ value: Value, _ least: String, _ most: String) -> ReadingError {
    let scaled = scaling.isIdentity ? "" : " with scale and valueOffset"
    let text = value.text?.prefix(64) ?? "the number"
    return ReadingError(.outOfRange, "\(text) doesn't fit \(layout.encoding.name), which holds \(least) to \(most)\(scaled)")
  }

  private func notANumber(_ value: Value) -> ReadingError {
    ReadingError(.invalidValue, "expected a number, found \"\(value.text?.prefix(64) ?? "")\"")
  }
}
