import MapperSDK
import Testing

@testable import ModbusDriver

@Suite("A Modbus property's visitor")
struct ModbusVisitorTests {
  private func issues(
    _ members: JSONValue, register: JSONValue = "HoldingRegister", offset: JSONValue = 0, type: ValueType = .int,
    isWritable: Bool = false, config: JSONValue = ["ip": "10.0.0.7"], limits: Limits = Limits()
  ) throws -> [String] {
    let value = visitor(members, register: register, offset: offset)
    let schema = ModbusSchema.schema.checkVisitor(value, path: "")
    let found =
      schema.contains(where: \.isError)
      ? schema : try schema + ModbusVisitor.issues(with: point(value, type: type, isWritable: isWritable, limits: limits, config: config))
    return found.map { "\($0.isError ? "E" : "W") \($0)" }
  }

  @Test("takes KubeEdge's samples as they are")
  func samples() throws {
    let scaled: JSONValue = [
      "dataType": "float", "limit": 1, "scale": 0.1, "isSwap": false, "isRegisterSwap": false, "max": 100.0, "min": 1.0,
    ]
    #expect(try issues(scaled, type: .float, isWritable: true) == [])
    #expect(try decode([235], scaled, type: .float) == .float(23.5))
    let coil: JSONValue = ["dataType": "int", "limit": 1, "scale": 1, "isSwap": true, "isRegisterSwap": true]
    #expect(try issues(coil, register: "CoilRegister", offset: 3, isWritable: true) == [])
    let codec = try ModbusValueCodec(point(visitor(coil, register: "CoilRegister", offset: 3)))
    #expect(codec.span == RegisterSpan(table: .coil, start: 3, count: 1))
    #expect(try codec.decode(.bits([true])) == .int(1))
    #expect(try codec.encode(.int(0)) == .coil(address: 3, value: false))
    let wide: JSONValue = ["limit": 2, "scale": 1, "isSwap": false, "isRegisterSwap": false]
    #expect(try issues(wide, offset: 7, isWritable: true) == [])
    #expect(try decode([0, 40], wide) == .int(40))
    #expect(
      try issues(coil, register: "DiscreteInputRegister", type: .int, isWritable: true) == [
        "W register: discrete inputs can only be read, and the model says ReadWrite: writes are refused"
      ])
  }

  @Test(
    "takes the tables' names long and short, in any case",
    arguments: [
      ("CoilRegister", RegisterTable.coil), ("coil", .coil), ("DiscreteInputRegister", .discreteInput), ("discreteinput", .discreteInput),
      ("InputRegister", .input), ("INPUT", .input), ("holdingRegister", .holding), ("holding", .holding),
    ])
  func tables(name: String, table: RegisterTable) throws {
    #expect(try issues(["limit": 1], register: .string(name)) == [])
    #expect(try point(visitor(register: .string(name))).visitor.table == table)
  }

  @Test("takes numbers as integers, as floats, and as text")
  func numbers() throws {
    let members: JSONValue = ["limit": "2", "scale": "0.5", "isSwap": "true", "precision": 1.0]
    #expect(try issues(members, offset: 40.0, type: .double) == [])
    let found = try point(visitor(members, offset: 40.0)).visitor
    #expect(found.offset == 40)
    #expect(found.limit == 2)
    #expect(found.scaling.scale == 0.5)
    #expect(found.byteOrder == .BADC)
    #expect(found.precision == 1)
  }

  @Test(
    "derives how a value lies from the property's type and limit, as KubeEdge does",
    arguments: [
      (ValueType.int, 1, nil, "uint16"), (.int, 2, nil, "uint32"), (.int, 4, nil, "uint64"), (.int, 1, -5, "int16"),
      (.int, 2, -1, "int32"), (.int, 4, -1, "int64"), (.int, nil, nil, "uint16"), (.float, 1, nil, "uint16"),
      (.double, 1, -40, "int16"), (.float, 2, nil, "float32"), (.double, 2, nil, "float32"), (.float, 4, nil, "float64"),
      (.float, nil, nil, "float32"), (.double, nil, nil, "float64"), (.boolean, 1, nil, "bool"), (.boolean, nil, nil, "bool"),
      (.string, 8, nil, "string"), (.bytes, 3, nil, "bytes"),
    ] as [(ValueType, Int?, Double?, String)])
  func derivation(type: ValueType, limit: Int?, minimum: Double?, encoding: String) throws {
    var members: JSONValue = [:]
    members["limit"] = limit.map { JSONValue($0) }
    #expect(try issues(members, type: type, limits: Limits(minimum: minimum)) == [])
    let codec = try ModbusValueCodec(point(visitor(members), type: type, limits: Limits(minimum: minimum)))
    #expect(codec.layout.encoding.name == encoding)
  }

  @Test("takes a minimum for what it is on the wire: below an offset it needs a sign")
  func signedness() throws {
    func name(_ members: JSONValue, _ minimum: Double) throws -> String {
      try ModbusValueCodec(point(visitor(members), type: .double, limits: Limits(minimum: minimum))).layout.encoding.name
    }
    #expect(try name(["limit": 1, "scale": 0.1, "valueOffset": -40], -40) == "uint16")
    #expect(try name(["limit": 1, "scale": 0.1, "valueOffset": 10], 0) == "int16")
  }

  @Test(
    "refuses what can't be, with its place",
    arguments: [
      (#"{"limit":0}"#, ValueType.int, "E limit: expected an integer from 1 to 2000, found 0"),
      (#"{"limit":3}"#, .int, "E limit: an integer takes 1, 2 or 4 registers, found 3"),
      (#"{"limit":3}"#, .float, "E limit: a number takes 1, 2 or 4 registers, found 3"),
      (#"{"dataType":"int32","limit":1}"#, .int, "E limit: int32 takes 2 registers, found 1"),
      (#"{"dataType":"bcd","limit":5}"#, .int, "E limit: bcd takes 1 to 4 registers, found 5"),
      ("{}", .string, "E limit: is missing: how many registers the string takes"),
      (#"{"limit":126}"#, .string, "E limit: expected an integer from 1 to 125, found 126"),
      (#"{"dataType":"bit"}"#, .boolean, "E bit: is missing: which bit of the register, 0 to 15"),
      (#"{"bit":16}"#, .boolean, "E bit: expected an integer from 0 to 15, found 16"),
      (#"{"bit":3,"dataType":"int16"}"#, .int, "E bit: has a meaning for bit and bool only, found dataType int16"),
      (#"{"dataType":"string","limit":2}"#, .boolean, "E dataType: string can't become a value of type boolean"),
      (#"{"dataType":"float32"}"#, .boolean, "E dataType: float32 can't become a value of type boolean"),
      (#"{"dataType":"bytes","limit":2}"#, .int, "E dataType: bytes can't become a value of type int"),
      (#"{"dataType":"int16"}"#, .bytes, "E dataType: int16 can't become a value of type bytes"),
      (#"{"scale":0}"#, .int, "E scale: 0 would make every value the same"),
      (#"{"scale":"x"}"#, .int, #"E scale: expected a number, found "x""#),
      (#"{"precision":16}"#, .int, "E precision: expected an integer from 0 to 15, found 16"),
      (#"{"byteOrder":"CDAB","isSwap":true}"#, .int, "E byteOrder: CDAB contradicts isSwap and isRegisterSwap, which mean BADC"),
      (
        #"{"dataType":"int16","count":2}"#, .int,
        "E count: an array's value is a JSON array as text: the property has to be of type string, found int"
      ),
      (#"{"count":2}"#, .string, "E dataType: is missing: an array needs the type of its elements"),
      (#"{"dataType":"int32","count":3,"limit":3}"#, .string, "E limit: 3 times int32 takes 6 registers, found 3"),
      (#"{"dataType":"float32","count":63}"#, .string, "E count: a request reads at most 125 holding registers, found 126"),
      (#"{"dataType":"string","limit":4,"count":2}"#, .string, "E count: an array of string is not supported"),
      (#"{"enum":{"0":"off"}}"#, .int, "E enum: has texts, so the property has to be of type string, found int"),
      (#"{"dataType":"float32","enum":{"0":"off"}}"#, .string, "E enum: names whole numbers, found float32"),
      (#"{"dataType":"bool","scale":2}"#, .boolean, "W scale: has no meaning for bool"),
      (#"{"scale":0.1}"#, .int, "W scale: values are rounded, as the property is of type int"),
      (#"{"Limit":1}"#, .int, "W Limit: is not known to the driver, did you mean limit?"),
    ])
  func refuses(text: String, type: ValueType, issue: String) throws {
    #expect(try issues(JSONValue(parsing: text), type: type) == [issue])
  }

  @Test("helps with a data type's name")
  func suggestion() throws {
    let found = try issues(["dataType": "unit16"])
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("E dataType: expected one of int16, uint16, ") == true)
    #expect(found.first?.hasSuffix(#"found "unit16", did you mean uint16?"#) == true)
  }

  @Test("keeps to the addresses there are")
  func addresses() throws {
    #expect(try issues([:], offset: 70000) == ["E offset: expected an integer from 0 to 65535, found 70000"])
    #expect(try issues([:], offset: -1) == ["E offset: expected an integer from 0 to 65535, found -1"])
    #expect(try issues(["limit": 2], offset: 65535) == ["E limit: 2 holding registers from 65535 go beyond 65535"])
    #expect(try issues(["dataType": "int32"], offset: 65535) == ["E offset: 2 holding registers from 65535 go beyond 65535"])
    #expect(try issues([:], offset: 65535) == [])
  }

  @Test("knows bits from registers")
  func bits() throws {
    #expect(try issues(["bit": 3], register: "CoilRegister") == ["E bit: has no meaning here: a coil is a bit already"])
    #expect(try issues(["dataType": "int16"], register: "CoilRegister") == ["E dataType: a coil is a bit: expected bool, found int16"])
    #expect(try issues(["limit": 2], register: "coil", type: .boolean) == ["E limit: a bool takes 1 bit, found 2; an array needs count"])
    #expect(try issues(["limit": 65], register: "coil") == ["E limit: a number is made of at most 64 bits, found 65"])
    #expect(try issues(["limit": 2000], register: "coil", type: .bytes) == [])
    #expect(try issues(["count": 12], register: "discreteInput", type: .string) == [])
    #expect(
      try issues([:], register: "coil", offset: 3000, config: ["ip": "a", "readCoilsFromZero": true]) == [
        "E offset: with readCoilsFromZero a request reads the coils before it too, and at most 2000"
      ])
  }

  @Test("says what can't be written, and still reads it")
  func writing() throws {
    #expect(
      try issues([:], register: "InputRegister", isWritable: true) == [
        "W register: input registers can only be read, and the model says ReadWrite: writes are refused"
      ])
    #expect(
      try issues(["limit": 125], type: .string, isWritable: true) == [
        "W limit: a request writes at most 123 holding registers, found 125: writes are refused"
      ])
    #expect(
      try issues(["limit": 2, "writeFunction": "single"], isWritable: true) == [
        "E writeFunction: single writes one holding register, and the value takes 2"
      ])
  }

  @Test("keeps a codec from being made of what can't be")
  func codec() throws {
    let point = try point(visitor(["limit": 3]))
    #expect(reason { _ = try ModbusValueCodec(point) } == "limit: an integer takes 1, 2 or 4 registers, found 3")
  }

  @Test("made by hand with sizes beyond all bounds is refused, too")
  func beyondBounds() throws {
    for change in [
      { $0.limit = .max }, { $0.limit = -1 }, { $0.count = .min }, { $0.count = 0 }, { $0.offset = .max }, { $0.bit = 99 },
    ] as [(inout ModbusVisitor) -> Void] {
      let known = try point(visitor(["limit": 1]))
      var visitor = known.visitor
      change(&visitor)
      let point = ModbusPoint(
        device: known.device, property: "p", config: known.config, visitor: visitor, type: .string, isWritable: true)
      #expect(ModbusVisitor.issues(with: point).filter(\.isError).count >= 1)
      #expect(throws: ReadingError.self) { try ModbusValueCodec(point) }
      #expect(ModbusPlanner.plan([point], costs: RequestCosts(turnaround: 0)).map(\.points) == [[0]])
    }
  }
}
