internal import MapperSDK

/// What numbers of the wire become.
extension ModbusValueCodec {
  func value(_ flag: Bool) throws(ReadingError) -> Value {
    if enumeration.isEmpty, layout.elements != nil || type == .boolean { return .bool(flag) }
    if enumeration.isEmpty, type == .string { return .string(flag ? "true" : "false") }
    return try value(whole: flag ? 1 : 0)
  }

  @inline(__always)
  func value(unsigned number: UInt64) throws(ReadingError) -> Value {
    if let whole = Int64(exactly: number) { return try value(whole: whole) }
    switch type {
    case .boolean: return .bool(true)
    case .string where scaling.isIdentity: return .string(String(number))
    case .int where scaling.isIdentity: throw ReadingError(.invalidValue, "\(number) is above \(Int64.max), the largest int")
    default: return try value(scaled: scaling.value(Double(number)))
    }
  }

  @inline(__always)
  func value(whole number: Int64) throws(ReadingError) -> Value {
    if !enumeration.isEmpty { return .string(enumeration[number] ?? String(number)) }
    if type == .boolean { return .bool(number != 0) }
    guard let whole = scaling.isIdentity ? number : scaling.whole(number) else { return try value(scaled: scaling.value(number)) }
    switch type {
    case .float: return .float(Float(whole))
    case .double: return .double(Double(whole))
    case .string where layout.elements == nil: return .string(String(whole))
    default: return .int(whole)
    }
  }

  @inline(__always)
  func value(_ number: Float) throws(ReadingError) -> Value {
    guard number.isFinite else { throw notFinite(isNaN: number.isNaN) }
    guard scaling.isIdentity, precision == 0, type != .int, type != .string || layout.elements != nil else {
      let scaled = scaling.value(Double(number))
      // What single precision can't tell apart isn't told apart by scaling it.
      let narrowed = Float(rounded(scaled))
      guard type != .int, narrowed.isFinite, type != .double || scaling.offset == 0 else { return try value(scaled: scaled) }
      return type == .string && layout.elements == nil ? .string(Value.float(narrowed).text ?? "") : .float(narrowed)
    }
    return .float(number)
  }

  func value(_ number: Double) throws(ReadingError) -> Value {
    guard number.isFinite else { throw notFinite(isNaN: number.isNaN) }
    return try value(scaled: scaling.value(number))
  }

  @inline(__always)
  func value(scaled number: Double) throws(ReadingError) -> Value {
    let number = rounded(number)
    guard number.isFinite else { throw ReadingError(.invalidValue, "the number is too large once it is scaled") }
    switch type {
    case .int:
      guard let whole = Int64(exactly: number.rounded()) else { throw ReadingError(.invalidValue, "\(number) is too large for an int") }
      return .int(whole)
    case .float:
      let narrowed = Float(number)
      guard narrowed.isFinite else { throw ReadingError(.invalidValue, "\(number) is too large for a float") }
      return .float(narrowed)
    case .string where layout.elements == nil: return .string(Value.double(number).text ?? "")
    default: return .double(number)
    }
  }

  @inline(__always)
  private func rounded(_ number: Double) -> Double {
    guard precision != 0 else { return number }
    let shifted = number * precision
    // A number this large has no decimals.
    return shifted.magnitude < 0x1p53 ? shifted.rounded() / precision : number
  }

  private func notFinite(isNaN: Bool) -> ReadingError {
    ReadingError(.invalidValue, "the device answered \(isNaN ? "NaN" : "infinity")")
  }
}
