import Logging
import MapperSDK
import ModbusDriver
import ModbusSimulator
import Synchronization
import TestSupport
import Testing

@Suite("The driver's connection")
struct ModbusConnectionTests {
  private let slaves = CountedSlaves()

  /// What a test's points say, with the line they are on.
  private func point(
    _ line: ModbusLine, _ property: String, _ offset: Int, _ dataType: ModbusDataType, _ type: ValueType = .int, bit: Int? = nil,
    unit: UInt8 = 1, maskWrite: MaskWrite = .auto, table: RegisterTable = .holding, writeFunction: WriteFunction = .auto,
    timeout: Int = 10_000
  ) -> ModbusPoint {
    ModbusPoint(
      device: DeviceName(namespace: "default", name: "meter"), property: property,
      config: ModbusConfig(line: line, timing: ModbusTiming(responseTimeout: timeout), unit: unit, maskWrite: maskWrite),
      visitor: ModbusVisitor(table: table, offset: offset, dataType: dataType, bit: bit, writeFunction: writeFunction), type: type,
      isWritable: true)
  }

  private func connect(_ line: ModbusLine, isReadOnly: Bool = false) async throws -> (ModbusDriver, ModbusConnection) {
    let driver = ModbusDriver(isReadOnly: isReadOnly)
    let config = ModbusConfig(line: line)
    let bus = driver.bus(of: DeviceName(namespace: "default", name: "meter"), config: config)
    return (driver, try await driver.connect(to: bus, config: config, logger: Logger(label: "test")))
  }

  @Test("reads the points of a planned request with exactly one", arguments: SimulatedLine.Kind.allCases)
  func oneRequest(kind: SimulatedLine.Kind) async throws {
    let simulated = try SimulatedLine(kind, slaves.memory)
    slaves.memory.set(.holdingRegisters, 400, [0x4048, 0xF5C3, 0xFFFE], unit: 1)
    let (driver, connection) = try await connect(simulated.line)
    let points = [
      point(simulated.line, "pi", 400, .float32, .float), point(simulated.line, "below", 402, .int16),
      point(simulated.line, "flag", 402, .bit, .boolean, bit: 0),
    ]
    let plan = driver.plan(points, costs: RequestCosts(turnaround: 1000))
    #expect(plan.count == 1)
    let readings = try await connection.read(plan.first?.points.map { points[$0] } ?? [])
    #expect(readings == [.value(.float(3.14)), .value(.int(-2)), .value(.bool(false))])
    #expect(simulated.simulator.requests.count == 1)
    await connection.close()
  }

  @Test("writes by type and function, and reads back what was written", arguments: SimulatedLine.Kind.allCases)
  func writes(kind: SimulatedLine.Kind) async throws {
    let simulated = try SimulatedLine(kind, slaves.memory)
    slaves.memory.define(.coils, 0..<20, unit: 1)
    let (_, connection) = try await connect(simulated.line)
    let cases: [(ModbusPoint, Value, [UInt8])] = [
      (point(simulated.line, "a", 410, .int16), .int(-5), [6]),
      (point(simulated.line, "b", 411, .int16, writeFunction: .multiple), .int(7), [16]),
      (point(simulated.line, "c", 412, .float32, .float), .float(-1.5), [16]),
      (point(simulated.line, "d", 414, .int64), .int(-1_234_567_890_123), [16]),
      (point(simulated.line, "e", 3, .bool, .boolean, table: .coil), .bool(true), [5]),
      (point(simulated.line, "f", 4, .bool, .boolean, table: .coil, writeFunction: .multiple), .bool(true), [15]),
      (point(simulated.line, "g", 420, .bit, .boolean, bit: 9), .bool(true), [22]),
      (point(simulated.line, "h", 421, .bit, .boolean, bit: 3, maskWrite: .never), .bool(true), [3, 6]),
    ]
    for (point, value, functions) in cases {
      _ = simulated.simulator.takeRequests()
      try await connection.write(value, to: point)
      #expect(simulated.simulator.takeRequests().map(\.function) == functions, "\(point.property)")
      #expect(try await connection.read([point]) == [.value(value)], "\(point.property)")
    }
    #expect(slaves.memory.value(.holdingRegisters, 420, unit: 1) == 0x0200)
  }

  @Test("changes a bit by reading and writing where a unit has no mask write, and asks once only")
  func maskFallback() async throws {
    let simulated = try SimulatedLine(.tcp, slaves.memory)
    slaves.memory.support(functions: [3, 6, 16], unit: 1)
    slaves.memory.set(.holdingRegisters, 450, 0x00F0, unit: 1)
    let (_, connection) = try await connect(simulated.line)
    try await connection.write(.bool(true), to: point(simulated.line, "a", 450, .bit, .boolean, bit: 0))
    try await connection.write(.bool(false), to: point(simulated.line, "b", 450, .bit, .boolean, bit: 7))
    #expect(slaves.memory.value(.holdingRegisters, 450, unit: 1) == 0x0071)
    #expect(simulated.simulator.requests.map(\.function) == [22, 3, 6, 3, 6])
    // Another unit is asked for itself.
    try await connection.write(.bool(true), to: point(simulated.line, "c", 450, .bit, .boolean, bit: 0, unit: 2))
    #expect(simulated.simulator.requests.last?.function == 22)
  }

  @Test("asks a busy unit again to write, and gives up in the end")
  func busy() async throws {
    let simulated = try SimulatedLine(.tcp, slaves.memory)
    let (_, connection) = try await connect(simulated.line)
    simulated.simulator.faults.set([FaultRule(.exception(.serverDeviceBusy), times: 2)])
    try await connection.write(.int(8), to: point(simulated.line, "a", 450, .int16))
    #expect(slaves.memory.value(.holdingRegisters, 450, unit: 1) == 8)
    #expect(simulated.simulator.requests.count == 3)
    simulated.simulator.faults.set([FaultRule(.exception(.serverDeviceBusy))])
    let error = await #expect(throws: ReadingError.self) {
      try await connection.write(.int(9), to: point(simulated.line, "a", 450, .int16, timeout: 200))
    }
    #expect(error?.code == .busy)
    #expect((5...8).contains(simulated.simulator.requests.count))
    let reading = await #expect(throws: ReadingError.self) { try await connection.read([point(simulated.line, "a", 450, .int16)]) }
    #expect(reading?.code == .busy)
    #expect(reading?.scope == .request)
  }

  @Test("sends nothing again that a unit has accepted, and looks whether it is done")
  func acknowledge() async throws {
    let simulated = try SimulatedLine(.tcp, slaves.memory)
    let (_, connection) = try await connect(simulated.line)
    // The simulator serves nothing that it answers so: the value comes as from a slow device, after the second look.
    simulated.simulator.faults.set([FaultRule(.exception(.acknowledge), function: 6, nth: 1)])
    let memory = slaves.memory
    let point = point(simulated.line, "a", 450, .int16)
    let write = Task(executorPreference: try BusExecutor()) { try await connection.write(.int(77), to: point) }
    try await eventually("a look") { simulated.simulator.requests.count(where: { $0.function == 3 }) >= 2 }
    memory.set(.holdingRegisters, 450, 77, unit: 1)
    try await write.value
    #expect(simulated.simulator.requests.count(where: { $0.function == 6 }) == 1)
  }

  @Test("looks again for what a unit has accepted and doesn't show yet, when the same is asked for again")
  func acceptedForLong() async throws {
    let simulated = try SimulatedLine(.tcp, slaves.memory)
    let (_, connection) = try await connect(simulated.line)
    let point = point(simulated.line, "a", 450, .int16, timeout: 100)
    func writes() -> Int { simulated.simulator.requests.count { $0.function == 6 } }
    func isInProgress(_ value: Int64) async -> Bool {
      let error = await #expect(throws: ReadingError.self) { try await connection.write(.int(value), to: point) }
      return error?.code == .inProgress && error?.isTransient == true && error?.scope == .point
    }
    simulated.simulator.faults.set([FaultRule(.exception(.acknowledge), function: 6)])
    #expect(await isInProgress(78))
    #expect(await isInProgress(78))
    #expect(writes() == 1)
    slaves.memory.set(.holdingRegisters, 450, 78, unit: 1)
    try await connection.write(.int(78), to: point)
    #expect(writes() == 1)
    // It is done with: the same value is news again, and another one takes its place.
    #expect(await isInProgress(80))
    #expect(await isInProgress(81))
    #expect(writes() == 3)
    // A poll that sees it ends the waiting, too.
    slaves.memory.set(.holdingRegisters, 450, 81, unit: 1)
    #expect(try await connection.read([point]) == [.value(.int(81))])
    slaves.memory.set(.holdingRegisters, 450, 5, unit: 1)
    #expect(await isInProgress(81))
    #expect(writes() == 4)
  }

  @Test("gives up what a unit has accepted and never shows")
  func acceptedForNothing() async throws {
    let simulated = try SimulatedLine(.tcp, slaves.memory)
    let driver = ModbusDriver(acceptedPatience: 0)
    let point = point(simulated.line, "a", 450, .int16, timeout: 50)
    let connection = try await driver.connect(to: simulated.line.busID, config: point.config, logger: Logger(label: "test"))
    simulated.simulator.faults.set([FaultRule(.exception(.acknowledge), function: 6, nth: 1)])
    let error = await #expect(throws: ReadingError.self) { try await connection.write(.int(78), to: point) }
    #expect(error?.code == .timeout)
    #expect(error?.scope == .point)
    #expect(error?.isTransient == false)
    // What is asked for then is a new wish.
    try await connection.write(.int(78), to: point)
    #expect(slaves.memory.value(.holdingRegisters, 450, unit: 1) == 78)
    #expect(ModbusConnection.acceptedPatience == 60_000, "as docs/modbus.md says")
  }

  @Test("writes nothing when it only reads")
  func readOnly() async throws {
    let simulated = try SimulatedLine(.tcp, slaves.memory)
    let (_, connection) = try await connect(simulated.line, isReadOnly: true)
    let error = await #expect(throws: ReadingError.self) {
      try await connection.write(.int(1), to: point(simulated.line, "a", 450, .int16))
    }
    #expect(error?.code == .readOnly)
    #expect(simulated.simulator.requests.isEmpty)
    _ = try await connection.read([point(simulated.line, "a", 450, .int16)])
  }

  @Test("tells by its scope how far a failure reaches")
  func scopes() async throws {
    let simulated = try SimulatedLine(.tcp, slaves.memory)
    let (_, connection) = try await connect(simulated.line)
    let cases: [(Fault, ReadingError.Code, ReadingError.Scope)] = [
      (.exception(.illegalDataAddress), "illegalDataAddress", .request), (.exception(.illegalDataValue), "illegalDataValue", .request),
      (.exception(.illegalFunction), "illegalFunction", .point), (.exception(.serverDeviceFailure), "serverDeviceFailure", .point),
      (.exception(.acknowledge), .busy, .request), (.exception(.gatewayTargetFailedToRespond), "gatewayTargetFailedToRespond", .unit),
      (.wrongUnit, "invalidAnswer", .point), (.ignore, .timeout, .unit), (.close, .notConnected, .bus),
    ]
    for (fault, code, scope) in cases {
      simulated.simulator.faults.set([FaultRule(fault, nth: 1)])
      let error = await #expect(throws: ReadingError.self) {
        try await connection.read([point(simulated.line, "a", 450, .int16, timeout: fault == .ignore ? 200 : 10_000)])
      }
      #expect(error?.code == code, "\(fault)")
      #expect(error?.scope == scope, "\(fault)")
    }
  }

  @Test("says why it can't connect")
  func notConnected() async throws {
    let error = await #expect(throws: ReadingError.self) { _ = try await connect(.serial(SerialLine(path: "/tmp"))) }
    #expect(error?.scope == .bus)
    #expect(error?.reason == "/tmp is a directory, not a serial port")
  }

  @Test("shows the frames of each bus to who wants to see them")
  func tap() async throws {
    let simulated = try SimulatedLine(.tcp, slaves.memory)
    let seen = Shared([String]())
    let driver = ModbusDriver(tap: { bus in
      { direction, unit, bytes, _ in seen.withLock { $0.append("\(bus) \(direction) \(unit) \(bytes.count)") } }
    })
    let config = ModbusConfig(line: simulated.line)
    let bus = driver.bus(of: DeviceName(namespace: "default", name: "meter"), config: config)
    let connection = try await driver.connect(to: bus, config: config, logger: Logger(label: "test"))
    _ = try await connection.read([point(simulated.line, "a", 450, .int16)])
    let port = simulated.simulator.port
    #expect(seen.withLock { $0.map { $0 } } == ["tcp://127.0.0.1:\(port) sent 1 12", "tcp://127.0.0.1:\(port) received 1 11"])
  }

  @Test("asks a unit page by page who it is", arguments: SimulatedLine.Kind.allCases)
  func identity(kind: SimulatedLine.Kind) async throws {
    let simulated = try SimulatedLine(kind, slaves.memory)
    let long = String(repeating: "long name ", count: 15)
    let texts: [UInt8: String] = [0: "Acme", 1: "X1", 2: "2.7", 4: long, 5: long]
    slaves.memory.identify(2, as: SlaveIdentity(objects: texts.mapValues { Array($0.utf8) }))
    try await onBusThread { () throws in
      let client = ModbusClient(line: simulated.line, timing: ModbusTiming(responseTimeout: 10_000))
      let found = try client.identity(of: 2)
      #expect(found.vendor == "Acme")
      #expect(found.revision == "2.7")
      #expect(found.product.map { long.hasPrefix($0) } == true)
      #expect(found.model != nil)
      #expect(simulated.simulator.requests.count > 1)
      let error = #expect(throws: ModbusError.self) { try client.identity(of: 3) }
      #expect(error?.code == .illegalFunction)
    }
  }
}
