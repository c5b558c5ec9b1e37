public import MapperSDK

extension ModbusValueCodec {
  /// What has to be written for the point to have a value.
  ///
  /// - Throws: ``ReadingError`` with the code `readOnly` for a table that can't be written, `outOfRange` for a value that
  ///   doesn't fit, and `invalidValue` for one that has no meaning here.
  public func encode(_ value: Value) throws(ReadingError) -> ModbusWrite {
    let table = span.table
    guard table.isWritable else { throw ReadingError(.readOnly, "\(table.noun)s can only be read") }
    guard span.count <= table.writeLimit else {
      throw ReadingError(.readOnly, "a request writes at most \(table.writeLimit) \(table.noun)s, and the value takes \(span.count)")
    }
    if table.isBits {
      let bits = try bits(value)
      if let bit = bits.first, bits.count == 1, writeFunction != .multiple { return .coil(address: span.start, value: bit) }
      return .coils(address: span.start, values: bits)
    }
    if case .bit(let bit) = layout.encoding, layout.elements == nil {
      let mask = order.swapsBytes ? (UInt16(1) << UInt16(bit)).byteSwapped : 1 << UInt16(bit)
      return .mask(address: span.start, and: ~mask, or: try flag(value) ? mask : 0, writesMultiple: writeFunction == .multiple)
    }
    let registers = try registers(value)
    if let register = registers.first, registers.count == 1, writeFunction != .multiple {
      return .register(address: span.start, value: register)
    }
    return .registers(address: span.start, values: registers)
  }

  private func bits(_ value: Value) throws(ReadingError) -> [Bool] {
    if layout.elements != nil {
      var bits: [Bool] = []
      for element in try elements(of: value) { bits.append(try flag(element)) }
      return bits
    }
    switch layout.encoding {
    case .packedInteger(let count):
      let pattern = try pattern(value, bits: count, isSigned: false)
      return (0..<count).map { pattern >> UInt64($0) & 1 == 1 }
    case .packedBytes:
      let bytes = try bytes(value, capacity: (span.count + 7) / 8)
      return (0..<span.count).map { bytes[$0 / 8] >> UInt8($0 % 8) & 1 == 1 }
    default: return [try flag(value)]
    }
  }

  private func registers(_ value: Value) throws(ReadingError) -> [UInt16] {
    guard layout.elements != nil else { return try element(value) }
    var registers: [UInt16] = []
    for element in try elements(of: value) { registers += try self.element(element) }
    return registers
  }

  private func element(_ value: Value) throws(ReadingError) -> [UInt16] {
    switch layout.encoding {
    case .integer(let width, let isSigned):
      return ordered(try pattern(value, bits: width * 16, isSigned: isSigned), width: width)
    case .float16:
      let number = try number(value)
      guard Float16(number).isFinite else { throw outOfRange(value, "-65504", "65504") }
      return ordered(UInt64(Float16(number).bitPattern), width: 1)
    case .float32:
      let number = try number(value)
      guard Float(number).isFinite else { throw outOfRange(value, "-3.4028235e+38", "3.4028235e+38") }
      return ordered(UInt64(Float(number).bitPattern), width: 2)
    case .float64: return ordered(try number(value).bitPattern, width: 4)
    case .anyBit(let width): return ordered(try flag(value) ? 1 : 0, width: width)
    case .bcd(let width): return ordered(try digits(value, count: width * 4), width: width)
    case .text(let order): return try text(value, order)
    case .bytes: return packed(try bytes(value, capacity: span.count * 2), order.swapsBytes ? .lowFirst : .highFirst)
    case .bit, .flag, .packedInteger, .packedBytes: throw ReadingError(.invalidValue, "\(layout.encoding.name) is not written so")
    }
  }

  /// A number as registers, put in the order of the wire.
  private func ordered(_ pattern: UInt64, width: Int) -> [UInt16] {
    (0..<width).map { position in
      let significance = order.swapsRegisters ? position : width - 1 - position
      let register = UInt16(truncatingIfNeeded: pattern >> UInt64(16 * significance))
      return order.swapsBytes ? register.byteSwapped : register
    }
  }

  private func digits(_ value: Value, count: Int) throws(ReadingError) -> UInt64 {
    var limit: Int64 = 1
    for _ in 0..<count { limit *= 10 }
    guard let whole = try whole(value), (0..<limit).contains(whole) else { throw outOfRange(value, 0, limit - 1) }
    var pattern: UInt64 = 0
    var rest = whole
    for position in 0..<count {
      pattern |= UInt64(rest % 10) << UInt64(position * 4)
      rest /= 10
    }
    return pattern
  }

  private func text(_ value: Value, _ textOrder: StringOrder) throws(ReadingError) -> [UInt16] {
    guard let text = value.text else { throw ReadingError(.invalidValue, "the number is not finite") }
    let capacity = span.count * textOrder.density
    var bytes = Array(text.utf8)
    guard bytes.count <= capacity else {
      throw ReadingError(.outOfRange, "the text has \(bytes.count) bytes, and the registers hold \(capacity)")
    }
    bytes += [UInt8](repeating: 0, count: capacity - bytes.count)
    return packed(bytes, textOrder)
  }

  private func bytes(_ value: Value, capacity: Int) throws(ReadingError) -> [UInt8] {
    let bytes: [UInt8]
    do {
      guard case .bytes(let found) = try value.converted(to: .bytes) else { return [] }
      bytes = found
    } catch {
      throw ReadingError(.invalidValue, error.reason)
    }
    guard bytes.count == capacity else {
      throw ReadingError(.outOfRange, "expected \(capacity) bytes, found \(bytes.count)")
    }
    return bytes
  }

  private func packed(_ bytes: [UInt8], _ textOrder: StringOrder) -> [UInt16] {
    (0..<span.count).map { position in
      let index = (order.swapsRegisters ? span.count - 1 - position : position) * textOrder.density
      switch textOrder {
      case .highFirst: return UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
      case .lowFirst: return UInt16(bytes[index + 1]) << 8 | UInt16(bytes[index])
      case .highOnly: return UInt16(bytes[index]) << 8
      case .lowOnly: return UInt16(bytes[index])
      }
    }
  }
}

extension ReadingError.Code {
  /// The value doesn't fit what the wire can say.
  public static let outOfRange: ReadingError.Code = "outOfRange"
}
