public import MapperSDK

extension ModbusValueCodec {
  /// The value in an answer.
  ///
  /// - Parameters:
  ///   - data: The answer.
  ///   - index: Where in the answer the point's first bit or register is.
  /// - Throws: ``ReadingError`` with the code `invalidValue` when there is none.
  public func decode(_ data: ModbusData, at index: Int = 0) throws(ReadingError) -> Value {
    guard index >= 0, index + span.count <= data.count else {
      throw ReadingError(.invalidValue, "the answer is too short: \(data.count) of \(index + span.count)")
    }
    switch data {
    case .registers(let registers) where !span.table.isBits: return try decode(registers, at: index)
    case .bits(let bits) where span.table.isBits: return try decode(bits, at: index)
    default:
      throw ReadingError(.invalidValue, "bits answered where registers were asked for, or registers where bits were")
    }
  }

  /// The value in registers; those from `index` have to be there.
  func decode(_ registers: [UInt16], at index: Int) throws(ReadingError) -> Value {
    guard let elements = layout.elements else { return try element(registers, at: index) }
    let width = layout.encoding.width ?? 1
    var text = "["
    for position in 0..<elements {
      if position > 0 { text += "," }
      text += try element(registers, at: index + position * width).text ?? "null"
    }
    return .string(text + "]")
  }

  /// The value in bits; those from `index` have to be there.
  func decode(_ bits: [Bool], at index: Int) throws(ReadingError) -> Value {
    switch layout.encoding {
    case .packedInteger(let count):
      var number: UInt64 = 0
      for position in 0..<count where bits[index + position] { number |= 1 << UInt64(position) }
      return try value(unsigned: number)
    case .packedBytes:
      var bytes = [UInt8](repeating: 0, count: (span.count + 7) / 8)
      for position in 0..<span.count where bits[index + position] { bytes[position / 8] |= 1 << UInt8(position % 8) }
      return .bytes(bytes)
    default:
      guard layout.elements != nil else { return try value(bits[index]) }
      return .string("[" + bits[index..<index + span.count].map { $0 ? "true" : "false" }.joined(separator: ",") + "]")
    }
  }

  @inline(__always)
  private func element(_ registers: [UInt16], at index: Int) throws(ReadingError) -> Value {
    switch layout.encoding {
    case .integer(let width, let isSigned):
      let pattern = pattern(registers, at: index, width: width)
      guard isSigned else { return try value(unsigned: pattern) }
      let shift = UInt64(64 - 16 * width)
      return try value(whole: Int64(bitPattern: pattern << shift) >> Int64(shift))
    case .float32: return try value(Float(bitPattern: UInt32(truncatingIfNeeded: pattern(registers, at: index, width: 2))))
    case .float64: return try value(Double(bitPattern: pattern(registers, at: index, width: 4)))
    case .float16: return try value(Float(Float16(bitPattern: UInt16(truncatingIfNeeded: pattern(registers, at: index, width: 1)))))
    case .anyBit(let width): return try value(registers[index..<index + width].contains { $0 != 0 })
    case .bit(let bit): return try value(pattern(registers, at: index, width: 1) >> UInt64(bit) & 1 == 1)
    case .bcd(let width): return try value(whole: digits(pattern(registers, at: index, width: width), count: width * 4))
    case .text(let order): return .string(Self.text(bytes(registers, at: index, order)))
    case .bytes:
      let bytes = bytes(registers, at: index, order.swapsBytes ? .lowFirst : .highFirst)
      return type == .string ? .string(Value.bytes(bytes).text ?? "") : .bytes(bytes)
    case .flag, .packedInteger, .packedBytes: throw ReadingError(.invalidValue, "bits were asked for, and registers answered")
    }
  }

  /// Registers as one number, put in order.
  @inline(__always)
  private func pattern(_ registers: [UInt16], at index: Int, width: Int) -> UInt64 {
    var pattern: UInt64 = 0
    for position in 0..<width {
      let register = registers[index + (order.swapsRegisters ? width - 1 - position : position)]
      pattern = pattern << 16 | UInt64(order.swapsBytes ? register.byteSwapped : register)
    }
    return pattern
  }

  private func digits(_ pattern: UInt64, count: Int) throws(ReadingError) -> Int64 {
    var number: Int64 = 0
    for position in (0..<count).reversed() {
      let digit = Int64(pattern >> UInt64(position * 4) & 0xF)
      guard digit <= 9 else { throw ReadingError(.invalidValue, "0x\(String(pattern, radix: 16, uppercase: true)) is not BCD") }
      number = number * 10 + digit
    }
    return number
  }

  private func bytes(_ registers: [UInt16], at index: Int, _ textOrder: StringOrder) -> [UInt8] {
    let count = span.count
    return [UInt8](unsafeUninitializedCapacity: count * 2) { buffer, filled in
      for position in 0..<count {
        let register = registers[index + (order.swapsRegisters ? count - 1 - position : position)]
        let high = UInt8(register >> 8)
        let low = UInt8(truncatingIfNeeded: register)
        if textOrder != .lowOnly {
          buffer[filled] = textOrder == .lowFirst ? low : high
          filled += 1
        }
        if textOrder != .highOnly {
          buffer[filled] = textOrder == .lowFirst ? high : low
          filled += 1
        }
      }
    }
  }

  private static func text(_ bytes: [UInt8]) -> String {
    var end = bytes.firstIndex(of: 0) ?? bytes.count
    while end > 0, bytes[end - 1] == UInt8(ascii: " ") { end -= 1 }
    let characters = bytes[..<end]
    if let text = String(validating: characters, as: UTF8.self) { return text }
    return String(String.UnicodeScalarView(characters.map { Unicode.Scalar($0) }))
  }
}
