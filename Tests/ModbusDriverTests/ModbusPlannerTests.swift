import MapperSDK
import ModbusDriver
import Testing

@Suite("Requests planned for points")
struct ModbusPlannerTests {
  private static let slow: JSONValue = ["serialPort": "/dev/ttyS0", "baudRate": 9600]
  private static let tcp: JSONValue = ["ip": "10.0.0.7"]

  /// The requests as people read them.
  private func plan(
    _ visitors: [JSONValue], config: JSONValue = tcp, turnaround: Int64 = 5000, type: ValueType = .string
  ) throws -> [String] {
    try planned(visitors, config: config, turnaround: turnaround, type: type).map(\.summary)
  }

  private func planned(
    _ visitors: [JSONValue], config: JSONValue = tcp, turnaround: Int64 = 5000, type: ValueType = .string
  ) throws -> [PlannedRead] {
    let points = try visitors.map { try point($0, type: type, config: config) }
    let plan = ModbusPlanner.plan(points, costs: RequestCosts(turnaround: turnaround))
    #expect(plan.flatMap(\.points).sorted() == Array(points.indices))
    return plan
  }

  private func registers(_ offsets: some Sequence<Int>, _ dataType: JSONValue = "uint16", _ more: JSONValue = [:]) -> [JSONValue] {
    let members: JSONValue = ["dataType": dataType]
    return offsets.map { visitor(members.merging(more), offset: JSONValue($0)) }
  }

  @Test("A hundred neighbours are one request")
  func contiguous() throws {
    #expect(try plan(registers(0..<100)) == ["FC3 unit 1 holding registers 0-99 (100)"])
    #expect(try plan(registers(0..<100), config: Self.slow) == ["FC3 unit 1 holding registers 0-99 (100)"])
  }

  @Test("Every second register is one request too")
  func everySecond() throws {
    #expect(try plan(registers(stride(from: 0, to: 100, by: 2))) == ["FC3 unit 1 holding registers 0-98 (99)"])
    #expect(try plan(registers(stride(from: 0, to: 100, by: 2)), config: Self.slow) == ["FC3 unit 1 holding registers 0-98 (99)"])
  }

  @Test("Islands that are far apart are requests of their own")
  func islands() throws {
    let visitors = registers([0, 1, 2, 1000, 1001, 5000])
    #expect(
      try plan(visitors) == [
        "FC3 unit 1 holding registers 0-2 (3)", "FC3 unit 1 holding registers 1000-1001 (2)", "FC3 unit 1 holding register 5000",
      ])
  }

  @Test("Over TCP no hole is bridged that doesn't save a request")
  func tcpHoles() throws {
    #expect(try plan(registers([0, 100])) == ["FC3 unit 1 holding registers 0-100 (101)"])
    let visitors = registers([0, 60, 100, 150])
    #expect(try plan(visitors) == ["FC3 unit 1 holding register 0", "FC3 unit 1 holding registers 60-150 (91)"])
  }

  @Test("At 9600 baud a hole of 8 is bridged, and one of 30 isn't")
  func slowHoles() throws {
    #expect(try plan(registers([0, 9]), config: Self.slow, turnaround: 0) == ["FC3 unit 1 holding registers 0-9 (10)"])
    #expect(
      try plan(registers([0, 31]), config: Self.slow, turnaround: 0) == ["FC3 unit 1 holding register 0", "FC3 unit 1 holding register 31"])
    #expect(try plan(registers([0, 31]), config: Self.slow, turnaround: 60_000) == ["FC3 unit 1 holding registers 0-31 (32)"])
  }

  @Test("A mix of widths, bits and tables shares requests by table")
  func mixed() throws {
    var visitors = registers([0, 1])
    visitors += registers([2], "float32") + registers([4], "uint64") + registers([8], "int32")
    visitors += (0..<16).map { visitor(["bit": JSONValue($0)], offset: 10) }
    visitors += [visitor(["limit": 8], offset: 11)]
    visitors += (0..<8).map { visitor(register: "CoilRegister", offset: JSONValue($0)) }
    visitors += (0..<4).map { visitor(register: "DiscreteInputRegister", offset: JSONValue($0 * 8)) }
    visitors += (0..<3).map { visitor(["dataType": "int16"], register: "InputRegister", offset: JSONValue(30 + $0)) }
    #expect(
      try plan(visitors) == [
        "FC1 unit 1 coils 0-7 (8)", "FC2 unit 1 discrete inputs 0-24 (25)", "FC3 unit 1 holding registers 0-18 (19)",
        "FC4 unit 1 input registers 30-32 (3)",
      ])
  }

  @Test("The device's own maximum holds, but a longer value is still read")
  func maximum() throws {
    let small = Self.tcp.merging(["maxRegisters": 20, "maxBits": 16])
    let hundred = try plan(registers(0..<100), config: small)
    #expect(hundred.count == 5)
    let text = visitor(["limit": 30], offset: 50)
    #expect(
      try plan(registers([49, 55, 80]) + [text], config: small) == [
        "FC3 unit 1 holding register 49", "FC3 unit 1 holding registers 50-79 (30)", "FC3 unit 1 holding register 80",
      ])
    #expect(try plan((0..<40).map { visitor(register: "coil", offset: JSONValue($0)) }, config: small).count == 3)
  }

  @Test("500 registers are four requests, 1000 floats seventeen, 4000 coils two")
  func large() throws {
    #expect(try plan(registers(0..<500)).count == 4)
    // 62 floats a request.
    #expect(try plan(registers(stride(from: 0, to: 2000, by: 2), "float32")).count == 17)
    #expect(try plan((0..<4000).map { visitor(register: "coil", offset: JSONValue($0)) }).count == 2)
  }

  @Test("A value is never divided")
  func whole() throws {
    let visitors = registers(0..<124) + registers([124], "float64")
    #expect(
      try plan(visitors) == ["FC3 unit 1 holding registers 0-123 (124)", "FC3 unit 1 holding registers 124-127 (4)"])
  }

  @Test("One request a property where the device or the property asks for it")
  func oneRequest() throws {
    let single = Self.tcp.merging(["oneRequestPerField": true])
    #expect(try plan(registers(0..<3), config: single).count == 3)
    #expect(
      try plan(registers([0, 2]) + registers([1], "uint16", ["oneRequest": true])) == [
        "FC3 unit 1 holding registers 0-2 (3)", "FC3 unit 1 holding register 1",
      ])
  }

  @Test("Coils are asked for from 0 where the device needs it")
  func coilsFromZero() throws {
    let config = Self.tcp.merging(["readCoilsFromZero": true])
    let visitors = [40, 4, 90].map { visitor(register: "coil", offset: JSONValue($0)) }
    let plan = try planned(visitors, config: config)
    #expect(plan.map(\.summary) == ["FC1 unit 1 coils 0-90 (91)"])
    #expect(plan.map(\.points) == [[1, 0, 2]])
  }

  @Test("A request tells how long it occupies a serial line, and its points by address")
  func wireTime() throws {
    let plan = try planned(registers([3, 1, 2]), config: Self.slow)
    #expect(plan.map(\.points) == [[1, 2, 0]])
    // 13 characters and 6 of data of 11 bits, and two silences of 3.5 characters, at 9600 baud.
    let expected = 26.0 * 11 / 9600 * 1_000_000
    #expect(abs(Double(plan[0].wireTime) - expected) < 4)
    #expect(try planned(registers([1])).map(\.wireTime) == [0])
    #expect(try planned(registers([1]), config: Self.tcp.merging(["pauseBetweenRequests": 20])).map(\.wireTime) == [20_000])
  }

  @Test("A point that can't be read has a request of its own, and keeps none from being read")
  func unreadable() throws {
    let plan = try planned([visitor(["limit": 3]), visitor(["limit": 1])], type: .int)
    #expect(plan.map(\.points) == [[0], [1]])
    #expect(plan.map(\.summary) == ["no request: the visitor can't be right", "FC3 unit 1 holding register 0"])
    #expect(ModbusPlanner.plan([], costs: RequestCosts(turnaround: 0)) == [])
  }
}
