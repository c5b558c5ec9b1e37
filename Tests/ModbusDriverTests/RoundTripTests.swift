import MapperSDK
import ModbusDriver
import TestSupport
import Testing

/// What was written is what is read.
@Suite("Values survive the wire")
struct RoundTripTests {
  /// What a unit holds after a write, from the point's first register.
  private func registers(_ write: ModbusWrite) -> [UInt16] {
    switch write {
    case .register(_, let value): [value]
    case .registers(_, let values): values
    case .mask(_, let and, let or, _): [ModbusWrite.masked(0xA5A5, and: and, or: or)]
    case .coil, .coils: []
    }
  }

  private func check(_ value: Value, _ members: JSONValue, _ type: ValueType) throws {
    let codec = try ModbusValueCodec(point(visitor(members), type: type))
    let read = try codec.decode(.registers(registers(codec.encode(value)))).converted(to: type)
    #expect(read == value, "\(members)")
  }

  private static let orders = ByteOrder.allCases.map { JSONValue.string($0.rawValue) }

  @Test("whole numbers of every width, in every order", arguments: orders)
  func integers(order: JSONValue) throws {
    var random = SplitMix(seed: 1)
    for (name, range) in [
      ("int16", -32768...32767), ("uint16", 0...65535), ("int32", -2_147_483_648...2_147_483_647), ("uint32", 0...4_294_967_295),
      ("int64", Int64.min...Int64.max), ("uint64", 0...Int64.max),
    ] as [(JSONValue, ClosedRange<Int64>)] {
      for _ in 0..<200 {
        let value = Int64.random(in: range, using: &random)
        try check(.int(value), ["dataType": name, "byteOrder": order], .int)
        try check(.string("\(value)"), ["dataType": name, "byteOrder": order], .string)
      }
      try check(.int(range.lowerBound), ["dataType": name, "byteOrder": order], .int)
      try check(.int(range.upperBound), ["dataType": name, "byteOrder": order], .int)
    }
  }

  @Test("numbers with a fraction, in every order", arguments: orders)
  func fractions(order: JSONValue) throws {
    var random = SplitMix(seed: 2)
    for _ in 0..<500 {
      let single = Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &random))
      if single.isFinite { try check(.float(single), ["dataType": "float32", "byteOrder": order], .float) }
      let double = Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &random))
      if double.isFinite { try check(.double(double), ["dataType": "float64", "byteOrder": order], .double) }
      let half = Float16(bitPattern: UInt16.random(in: 0...UInt16.max, using: &random))
      if half.isFinite { try check(.float(Float(half)), ["dataType": "float16", "byteOrder": order], .float) }
    }
  }

  @Test("scaled numbers with all their decimals", arguments: [1, 2, 3, 5])
  func scaled(places: Int) throws {
    var random = SplitMix(seed: 3)
    let power = (0..<places).reduce(Int64(1)) { power, _ in power * 10 }
    let scale = JSONValue(floatLiteral: 1 / Double(power))
    for _ in 0..<300 {
      let raw = Int64.random(in: -2_000_000_000...2_000_000_000, using: &random)
      let value = Double(raw) / Double(power)
      try check(.double(value), ["dataType": "int32", "scale": scale], .double)
      try check(.double(value), ["dataType": "int32", "scale": scale, "precision": JSONValue(places)], .double)
    }
  }

  @Test("texts, bytes, BCD, bits and arrays", arguments: orders)
  func others(order: JSONValue) throws {
    var random = SplitMix(seed: 4)
    for _ in 0..<100 {
      let bytes = (0..<8).map { _ in UInt8.random(in: 0...255, using: &random) }
      try check(.bytes(bytes), ["limit": 4, "byteOrder": order], .bytes)
      let text = String(decoding: bytes.prefix(Int.random(in: 0...4, using: &random)).map { $0 % 94 + 33 }, as: UTF8.self)
      for place in StringOrder.allCases {
        try check(.string(text), ["limit": 4, "byteOrder": order, "stringOrder": .string(place.rawValue)], .string)
      }
      try check(.int(Int64.random(in: 0...99_999_999, using: &random)), ["dataType": "bcd", "limit": 2, "byteOrder": order], .int)
      let bit = JSONValue(Int.random(in: 0...15, using: &random))
      try check(.bool(Bool.random(using: &random)), ["bit": bit, "byteOrder": order], .boolean)
      let elements = (0..<5).map { _ in "\(Int32.random(in: Int32.min...Int32.max, using: &random))" }
      try check(.string("[\(elements.joined(separator: ","))]"), ["dataType": "int32", "count": 5, "byteOrder": order], .string)
    }
  }

  @Test("coils as numbers and bytes")
  func coils() throws {
    var random = SplitMix(seed: 5)
    for count in 1...64 {
      let most = count >= 63 ? Int64.max : (Int64(1) << Int64(count)) - 1
      let codec = try ModbusValueCodec(point(visitor(["limit": JSONValue(count)], register: "coil"), type: .int))
      let value = Value.int(Int64.random(in: 0...most, using: &random))
      let bits: [Bool]
      switch try codec.encode(value) {
      case .coil(_, let bit): bits = [bit]
      case .coils(_, let values): bits = values
      default: bits = []
      }
      #expect(try codec.decode(.bits(bits)) == value)
    }
  }
}
