import MapperSDK
import ModbusDriver
import Testing

@Suite("Values in registers")
struct ModbusValueCodecTests {
  @Test("Every data type in every order is read and written", arguments: Vector.all)
  func vectors(vector: Vector) throws {
    let type: ValueType = vector.dataType.rawValue.hasPrefix("float") ? .double : .int
    var members: JSONValue = ["dataType": .string(vector.dataType.rawValue), "byteOrder": .string(vector.order.rawValue)]
    if vector.dataType == .bcd { members["limit"] = JSONValue(vector.registers.count) }
    let value = try decode(vector.registers, members, type: type)
    #expect(value.text == vector.text)
    let written = try encode(Value(parsing: vector.text, as: type), members, type: type)
    if vector.registers.count == 1 {
      #expect(written == .register(address: 0, value: vector.registers[0]))
    } else {
      #expect(written == .registers(address: 0, values: vector.registers))
    }
  }

  @Test("KubeEdge's two switches are the four orders")
  func switches() throws {
    let registers: [UInt16] = [0x0102, 0x0304]
    func read(_ isSwap: JSONValue, _ isRegisterSwap: JSONValue) throws -> Value {
      try decode(registers, ["limit": 2, "isSwap": isSwap, "isRegisterSwap": isRegisterSwap])
    }
    #expect(try read(false, false) == .int(0x0102_0304))
    #expect(try read(true, false) == .int(0x0201_0403))
    #expect(try read(false, true) == .int(0x0304_0102))
    #expect(try read(true, true) == .int(0x0403_0201))
  }

  @Test(
    "A scaled number is the decimal one",
    arguments: [
      (235, 0.1, 0, "23.5"), (3, 0.1, 0, "0.3"), (7, 0.7, 0, "4.9"), (1005, 0.01, 0, "10.05"), (65535, 0.001, 0, "65.535"),
      (215, 0.1, -40, "-18.5"), (200, 0.1, -273.15, "-253.15"), (5, 10, 0, "50"), (5, 2, 1, "11"), (12345, 1e-5, 0, "0.12345"),
      (1, 0.5, 0.25, "0.75"), (33, 1e-7, 0, "0.0000033"),
    ] as [(UInt16, Double, Double, String)])
  func scaling(raw: UInt16, scale: Double, offset: Double, text: String) throws {
    let members: JSONValue = ["limit": 1, "scale": JSONValue(floatLiteral: scale), "valueOffset": JSONValue(floatLiteral: offset)]
    #expect(try decode([raw], members, type: .double).text == text)
    #expect(try decode([raw], members, type: .float).text == text)
    #expect(try decode([raw], members.merging(["dataType": "uint16"]), type: .string) == .string(text))
    #expect(try encode(Value(parsing: text, as: .double), members, type: .double) == .register(address: 0, value: raw))
  }

  @Test("Every register has the decimal text that its digits tell")
  func scalingExhaustively() throws {
    let codec = try ModbusValueCodec(point(visitor(["limit": 1, "scale": 0.01]), type: .double))
    for raw in UInt16.min...UInt16.max {
      let value = try codec.decode(.registers([raw]))
      let expected = Double("\(raw / 100).\(raw % 100 < 10 ? "0" : "")\(raw % 100)")
      #expect(value == .double(expected ?? -1))
      #expect(try codec.encode(value) == .register(address: 0, value: raw))
    }
  }

  @Test("Wide integers lose nothing, and what an int can't hold is a failure")
  func wide() throws {
    let top: [UInt16] = [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF]
    #expect(try decode([0x7FFF, 0xFFFF, 0xFFFF, 0xFFFF], ["dataType": "int64"]) == .int(.max))
    #expect(try decode([0x8000, 0, 0, 0], ["dataType": "int64"]) == .int(.min))
    #expect(
      reason { _ = try decode(top, ["dataType": "uint64"]) }
        == "18446744073709551615 is above 9223372036854775807, the largest int")
    #expect(try decode(top, ["dataType": "uint64"], type: .string) == .string("18446744073709551615"))
    #expect(try decode(top, ["dataType": "uint64"], type: .double) == .double(0x1p64))
    #expect(try encode(.string("18446744073709551615"), ["dataType": "uint64"], type: .string) == .registers(address: 0, values: top))
    #expect(try encode(.int(.min), ["dataType": "int64"]) == .registers(address: 0, values: [0x8000, 0, 0, 0]))
  }

  @Test("Single precision stays single")
  func float() throws {
    let registers: [UInt16] = [0x3DCC, 0xCCCD]
    #expect(try decode(registers, ["dataType": "float32"], type: .float) == .float(0.1))
    #expect(try decode(registers, ["dataType": "float32"], type: .double).converted(to: .double) == .double(0.1))
    #expect(try decode(registers, ["dataType": "float32", "scale": 10], type: .float) == .float(1))
    #expect(try decode([0x4048, 0xF5C3], ["dataType": "float32", "precision": 1], type: .double).text == "3.1")
    #expect(try decode([0x4048, 0xF5C3], ["dataType": "float32"], type: .int) == .int(3))
    #expect(try decode([0x4048, 0xF5C3], ["dataType": "float32"], type: .string) == .string("3.14"))
  }

  @Test(
    "What is no number is a failure",
    arguments: [
      ([0x7FC0, 0], "float32", "the device answered NaN"), ([0xFFC0, 0], "float32", "the device answered NaN"),
      ([0x7FA0, 0x0001], "float32", "the device answered NaN"), ([0xFFFF, 0xFFFF], "float32", "the device answered NaN"),
      ([0x7F80, 0], "float32", "the device answered infinity"), ([0xFF80, 0], "float32", "the device answered infinity"),
      ([0x7C00], "float16", "the device answered infinity"), ([0x7FF8, 0, 0, 0], "float64", "the device answered NaN"),
      ([0x12AF], "bcd", "0x12AF is not BCD"),
    ] as [([UInt16], String, String)])
  func noNumber(registers: [UInt16], dataType: String, problem: String) throws {
    for type in [ValueType.float, .double, .string, .int] {
      #expect(reason { _ = try decode(registers, ["dataType": .string(dataType)], type: type) } == problem)
    }
  }

  @Test("An integer property is rounded to the nearest")
  func rounding() throws {
    for (raw, whole) in [(4, 0), (5, 1), (14, 1), (15, 2), (25, 3)] as [(UInt16, Int64)] {
      #expect(try decode([raw], ["scale": 0.1]) == .int(whole))
    }
    #expect(try decode([UInt16(bitPattern: -15)], ["scale": 0.1, "dataType": "int16"]) == .int(-2))
    #expect(try decode([12345], ["scale": 0.001, "precision": 2, "dataType": "uint16"], type: .double) == .double(12.35))
  }

  @Test("Bits of registers are read, and written by mask")
  func bits() throws {
    #expect(try decode([0x0008], ["bit": 3], type: .boolean) == .bool(true))
    #expect(try decode([0xFFF7], ["bit": 3], type: .boolean) == .bool(false))
    #expect(try decode([0x8000], ["dataType": "bit", "bit": 15]) == .int(1))
    #expect(try decode([0x0800], ["bit": 3, "isSwap": true], type: .boolean) == .bool(true))
    #expect(
      try encode(.bool(true), ["bit": 3], type: .boolean) == .mask(address: 0, and: 0xFFF7, or: 0x0008, writesMultiple: false))
    #expect(
      try encode(.int(0), ["bit": 3, "writeFunction": "multiple"]) == .mask(address: 0, and: 0xFFF7, or: 0, writesMultiple: true))
    #expect(
      try encode(.bool(true), ["bit": 3, "isSwap": true], type: .boolean)
        == .mask(address: 0, and: 0xF7FF, or: 0x0800, writesMultiple: false))
    #expect(ModbusWrite.masked(0x0012, and: 0x00F2, or: 0x0025) == 0x0017)
  }

  @Test("A boolean is whether anything is set, and written as 1 and 0")
  func booleans() throws {
    #expect(try decode([2], type: .boolean) == .bool(true))
    #expect(try decode([0], type: .boolean) == .bool(false))
    #expect(try decode([0, 1], ["dataType": "bool", "limit": 2], type: .boolean) == .bool(true))
    #expect(try decode([5], ["dataType": "bool"], type: .int) == .int(1))
    #expect(try decode([5], ["dataType": "uint16"], type: .boolean) == .bool(true))
    #expect(try encode(.bool(true), type: .boolean) == .register(address: 0, value: 1))
    #expect(try encode(.bool(true), ["dataType": "bool", "limit": 2], type: .boolean) == .registers(address: 0, values: [0, 1]))
    #expect(reason { _ = try encode(.int(2), ["dataType": "bool"]) } == "expected true or false, 1 or 0, found 2")
  }

  @Test("Coils are flags, numbers, bytes and arrays")
  func coils() throws {
    func codec(_ members: JSONValue, _ type: ValueType) throws -> ModbusValueCodec {
      try ModbusValueCodec(point(visitor(members, register: "CoilRegister", offset: 10), type: type))
    }
    let bits = [true, false, true, true, false, false, false, false, true, false]
    #expect(try codec([:], .boolean).decode(.bits(bits)) == .bool(true))
    #expect(try codec([:], .string).decode(.bits(bits)) == .string("true"))
    #expect(try codec(["dataType": "bool"], .int).decode(.bits(bits)) == .int(1))
    #expect(try codec(["limit": 4], .int).decode(.bits(bits)) == .int(13))
    #expect(try codec(["limit": 10], .bytes).decode(.bits(bits)) == .bytes([0x0D, 0x01]))
    #expect(try codec(["count": 3], .string).decode(.bits(bits)) == .string("[true,false,true]"))
    #expect(try codec(["enum": ["0": "open", "1": "closed"]], .string).decode(.bits(bits)) == .string("closed"))
    #expect(try codec([:], .boolean).encode(.bool(true)) == .coil(address: 10, value: true))
    #expect(try codec(["writeFunction": "multiple"], .boolean).encode(.bool(true)) == .coils(address: 10, values: [true]))
    #expect(try codec(["limit": 4], .int).encode(.int(13)) == .coils(address: 10, values: [true, false, true, true]))
    #expect(try codec(["limit": 10], .bytes).encode(.bytes([0x0D, 0x01])) == .coils(address: 10, values: bits))
    #expect(try codec(["count": 3], .string).encode(.string("[1,false,true]")) == .coils(address: 10, values: [true, false, true]))
    #expect(try codec(["enum": ["0": "open", "1": "closed"]], .string).encode(.string("open")) == .coil(address: 10, value: false))
    #expect(reason { _ = try codec(["limit": 4], .int).encode(.int(16)) } == "16 doesn't fit 4 bits, which holds 0 to 15")
  }

  @Test("Text ends at the first NUL or the last character that is no space, and is padded with NUL")
  func text() throws {
    let registers: [UInt16] = [0x4142, 0x4344, 0x4520, 0x0058]
    #expect(try decode(registers, ["limit": 4], type: .string) == .string("ABCDE"))
    #expect(try decode(registers, ["limit": 4, "stringOrder": "low-first"], type: .string) == .string("BADC EX"))
    #expect(try decode(registers, ["limit": 4, "isSwap": true], type: .string) == .string("BADC EX"))
    #expect(try decode([0x4300, 0x4200, 0x4100], ["limit": 3, "stringOrder": "high-only"], type: .string) == .string("CBA"))
    #expect(try decode([0x0043, 0x0042, 0], ["limit": 3, "stringOrder": "low-only"], type: .string) == .string("CB"))
    #expect(try decode([0x4344, 0x4142], ["limit": 2, "isRegisterSwap": true], type: .string) == .string("ABCD"))
    #expect(try decode([0xC2B0, 0x4300], ["limit": 2], type: .string) == .string("°C"))
    #expect(try decode([0xB043], ["limit": 1], type: .string) == .string("°C"))
    #expect(try encode(.string("ABC"), ["limit": 3], type: .string) == .registers(address: 0, values: [0x4142, 0x4300, 0]))
    #expect(
      try encode(.string("ABC"), ["limit": 2, "stringOrder": "low-first"], type: .string)
        == .registers(address: 0, values: [0x4241, 0x0043]))
    #expect(
      reason { _ = try encode(.string("ABCDE"), ["limit": 2], type: .string) } == "the text has 5 bytes, and the registers hold 4")
  }

  @Test("Bytes are as they lie there")
  func bytes() throws {
    #expect(try decode([0x0102, 0x0304], ["limit": 2], type: .bytes) == .bytes([1, 2, 3, 4]))
    #expect(try decode([0x0102, 0x0304], ["limit": 2, "isSwap": true], type: .bytes) == .bytes([2, 1, 4, 3]))
    #expect(try decode([0x0102], ["limit": 1, "dataType": "bytes"], type: .string) == .string("AQI="))
    #expect(try encode(.bytes([1, 2, 3, 4]), ["limit": 2], type: .bytes) == .registers(address: 0, values: [0x0102, 0x0304]))
    #expect(try encode(.string("AQI="), ["limit": 1, "dataType": "bytes"], type: .string) == .register(address: 0, value: 0x0102))
    #expect(reason { _ = try encode(.bytes([1]), ["limit": 1], type: .bytes) } == "expected 2 bytes, found 1")
  }

  @Test("Arrays are JSON")
  func arrays() throws {
    #expect(try decode([1, 2, 3], ["dataType": "uint16", "count": 3], type: .string) == .string("[1,2,3]"))
    #expect(try decode([15, 0xFFFF], ["dataType": "int16", "count": 2, "scale": 0.1], type: .string) == .string("[1.5,-0.1]"))
    #expect(try decode([0x3F80, 0, 0x3DCC, 0xCCCD], ["dataType": "float32", "count": 2], type: .string) == .string("[1,0.1]"))
    #expect(try decode([0, 7], ["dataType": "bool", "count": 2], type: .string) == .string("[false,true]"))
    #expect(
      try encode(.string("[1.5, -0.1]"), ["dataType": "int16", "count": 2, "scale": 0.1], type: .string)
        == .registers(address: 0, values: [15, 0xFFFF]))
    #expect(
      reason { _ = try decode([0x3F80, 0, 0x7FC0, 0], ["dataType": "float32", "count": 2], type: .string) } == "the device answered NaN")
    #expect(
      reason { _ = try encode(.string("[1]"), ["dataType": "int16", "count": 2], type: .string) }
        == #"expected a JSON array of 2 elements, found "[1]""#)
  }

  @Test("Names stand for numbers, and a number without one for itself")
  func names() throws {
    let members: JSONValue = ["enum": ["0": "off", "1": "heating", "2": "cooling"]]
    #expect(try decode([1], members, type: .string) == .string("heating"))
    #expect(try decode([7], members, type: .string) == .string("7"))
    #expect(try encode(.string("cooling"), members, type: .string) == .register(address: 0, value: 2))
    #expect(
      reason { _ = try encode(.string("colling"), members, type: .string) }
        == #"expected one of off, heating, cooling, found "colling", did you mean cooling?"#)
  }

  @Test(
    "What doesn't fit is refused with the range",
    arguments: [
      ("int16", 1e9, "1000000000 doesn't fit int16, which holds -32768 to 32767"),
      ("uint16", -1, "-1 doesn't fit uint16, which holds 0 to 65535"),
      ("uint32", 4_294_967_296, "4294967296 doesn't fit uint32, which holds 0 to 4294967295"),
      ("int64", 1e19, "10000000000000000000 doesn't fit int64, which holds -9223372036854775808 to 9223372036854775807"),
      ("uint64", -1, "-1 doesn't fit uint64, which holds 0 to 18446744073709551615"),
      ("bcd", 10000, "10000 doesn't fit bcd of 4 digits, which holds 0 to 9999"),
      ("float16", 70000, "70000 doesn't fit float16, which holds -65504 to 65504"),
    ] as [(String, Double, String)])
  func outOfRange(dataType: String, value: Double, problem: String) throws {
    #expect(reason { _ = try encode(.double(value), ["dataType": .string(dataType)], type: .double) } == problem)
  }

  @Test("What doesn't fit is refused in the property's own unit")
  func outOfScaledRange() throws {
    #expect(
      reason { _ = try encode(.double(3300), ["dataType": "int16", "scale": 0.1], type: .double) }
        == "3300 doesn't fit int16, which holds -3276.8 to 3276.7 with scale and valueOffset")
    #expect(
      reason { _ = try encode(.double(1), ["dataType": "uint16", "scale": -1], type: .double) }
        == "1 doesn't fit uint16, which holds -65535 to 0 with scale and valueOffset")
    #expect(reason { _ = try encode(.double(.nan), type: .double) } == "the number is not finite")
  }

  @Test("What lies between is rounded to the nearest, ties away from zero")
  func writtenRounding() throws {
    #expect(try encode(.double(23.46), ["limit": 1, "scale": 0.1], type: .double) == .register(address: 0, value: 235))
    #expect(try encode(.double(0.25), ["limit": 1, "scale": 0.1], type: .double) == .register(address: 0, value: 3))
    #expect(try encode(.int(7), ["scale": 2]) == .register(address: 0, value: 4))
  }

  @Test("Tables that can only be read aren't written")
  func readOnly() throws {
    let codec = try ModbusValueCodec(point(visitor(register: "InputRegister")))
    #expect(throws: ReadingError(.readOnly, "input registers can only be read")) { try codec.encode(.int(1)) }
  }

  @Test("An answer that is too short is no value")
  func short() throws {
    #expect(reason { _ = try decode([1], ["limit": 2]) } == "the answer is too short: 1 of 2")
  }
}

extension JSONValue {
  /// This object with the members of another.
  func merging(_ other: JSONValue) -> JSONValue {
    var result = self
    for (key, value) in other.object ?? [:] { result[key] = value }
    return result
  }
}
