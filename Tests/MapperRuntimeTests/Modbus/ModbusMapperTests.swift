import JSON
import ModbusDriver
import ModbusSimulator
import TestSupport
import Testing
import TwinProtocol

@Suite("A Modbus mapper", .timeLimit(.minutes(3)))
struct ModbusMapperTests {
  private func memory(_ units: [UInt8] = [1], _ range: Range<Int> = 0..<600) throws -> SlaveMemory {
    let memory = SlaveMemory()
    for unit in units {
      memory.define(.holdingRegisters, range, unit: unit)
      memory.set(.holdingRegisters, range.lowerBound, range.map { UInt16(truncatingIfNeeded: $0 + 1000 * Int(unit)) }, unit: unit)
    }
    return memory
  }

  @Test("One illegal register among five hundred costs only itself: the other 499 are told in every cycle")
  func illegalRegister() async throws {
    let memory = try memory()
    memory.refuse(.holdingRegisters, 321..<322, unit: 1, with: .illegalDataAddress)
    let simulator = try ModbusSimulator(memory: memory, listen: .tcp(port: 0))
    defer { simulator.stop() }
    try await ModbusRig.run({ _ in ModbusYAML.device("d", ModbusYAML.tcp(simulator.port), ModbusYAML.registers(0..<500), cycle: 200) }) {
      rig in
      let others = (0..<500).filter { $0 != 321 }
      try await eventually("all of them") { others.allSatisfy { rig.value("r\($0)", of: "d") == "\(1000 + $0)" } }
      try await eventually("some cycles") { simulator.requests.count >= 60 }
      var reads = Array(repeating: 0, count: 500)
      for request in simulator.requests where request.exception == nil {
        for register in request.address..<request.address + request.count { reads[register] += 1 }
      }
      let counts = others.map { reads[$0] }
      #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1, "each as often as the others: the cycle in which it was found out too")
      #expect((counts.min() ?? 0) >= 5)
      #expect(rig.edge.values("r321").isEmpty)
      #expect(rig.edge.states.last { $0.hasPrefix("d ") } == "d online")
      // The device is mended: the register comes by itself.
      memory.refuse(.holdingRegisters, 321..<322, unit: 1, with: nil)
      memory.set(.holdingRegisters, 0, 7, unit: 1)
      try await rig.told("r0", of: "d", "7")
    }
  }

  @Test("Of a hundred units on a line thirty are dead: the live ones keep their cycles, and a dead one that comes back is told")
  func deadUnits() async throws {
    let dead = (1...100).filter { $0 % 10 < 3 }.map { UInt8($0) }
    let memory = try memory((1...100).map { UInt8($0) }, 0..<4)
    let folder = try TestFolder("line")
    let simulator = try ModbusSimulator(memory: memory, listen: .pty(link: folder.path("tty")))
    defer { simulator.stop() }
    simulator.faults.silence(Set(dead))
    let config = { ModbusYAML.rtu(simulator.path, unit: $0, ["timeout": 100]) }
    try await ModbusRig.run({ _ in
      (1...100).map { ModbusYAML.device("d\($0)", config($0), ModbusYAML.registers(0..<4), cycle: 2000) }.joined()
    }) { rig in
      try await eventually("all live ones") {
        (1...100).allSatisfy { dead.contains(UInt8($0)) || rig.edge.states.contains("d\($0) online") }
      }
      try await eventually("all dead ones") { dead.allSatisfy { rig.edge.states.contains("d\($0) offline") } }
      let live = (1...100).filter { !dead.contains(UInt8($0)) }
      // Counted on the wire: what is told may be less, as newer values replace those on their way.
      let start = simulator.requests.count
      func cycles(_ unit: Int) -> Int { simulator.requests.dropFirst(start).count { $0.unit == UInt8(unit) } }
      try await eventually("eight cycles of all that live", within: .seconds(60)) { live.allSatisfy { cycles($0) >= 8 } }
      let tries = Dictionary(grouping: simulator.requests.dropFirst(start).filter { dead.contains($0.unit) }, by: \.unit)
      #expect(tries.values.allSatisfy { $0.count <= 6 }, "a dead unit is asked rarely")
      simulator.faults.clear()
      try await eventually("the dead come back", within: .seconds(60)) {
        dead.allSatisfy { rig.value("r0", of: "d\($0)") == "\(1000 * Int($0) % 65536)" }
      }
    }
  }

  @Test("A unit that accepts a value and needs long for it is sent it once, and the value is told when it shows")
  func acceptedWrite() async throws {
    let memory = try memory()
    let simulator = try ModbusSimulator(memory: memory, listen: .tcp(port: 0))
    defer { simulator.stop() }
    // It serves nothing that it answers so: the value comes as from a slow device.
    simulator.faults.set([FaultRule(.exception(.acknowledge), function: 6)])
    try await ModbusRig.run({ _ in ModbusYAML.device("d", ModbusYAML.tcp(simulator.port), ModbusYAML.registers(0..<10), cycle: 100) }) {
      rig in
      try await eventually("a value") { rig.value("r5", of: "d") != nil }
      try rig.edge.desire("r5", "77", at: 1, of: "d")
      func writes() -> Int { simulator.requests.count { $0.function == 6 } }
      try await eventually("the write") { writes() == 1 }
      let reads = simulator.requests.count
      // Longer than the response timeout: it has been asked for again.
      try await eventually("polls and looks after it") { simulator.requests.count > reads + 20 }
      #expect(!rig.edge.values("r5", of: "d").contains { $0.written != nil })
      memory.set(.holdingRegisters, 5, 77, unit: 1)
      try await eventually("the mark") {
        rig.edge.values("r5", of: "d").contains { $0.written?.timestamp == 1 && $0.written?.error == nil }
      }
      try await rig.told("r5", of: "d", "77")
      #expect(writes() == 1)
    }
  }

  @Test("A poll never overlaps a write, and each desired value is written once and told with its mark")
  func writes() async throws {
    let simulator = try ModbusSimulator(memory: try memory(), listen: .tcp(port: 0), options: SimulatorOptions(turnaroundMilliseconds: 3))
    defer { simulator.stop() }
    try await ModbusRig.run({ _ in
      ModbusYAML.device("a", ModbusYAML.tcp(simulator.port), ModbusYAML.registers(0..<20), cycle: 20)
        + ModbusYAML.device("b", ModbusYAML.tcp(simulator.port), ModbusYAML.registers(100..<120), cycle: 20)
    }) { rig in
      try await eventually("both") { rig.value("r0", of: "a") != nil && rig.value("r100", of: "b") != nil }
      for value in 1...30 {
        try rig.edge.desire("r5", "\(value)", at: Int64(value), of: "a")
        try await eventually("the mark of \(value)") {
          rig.edge.values("r5", of: "a").contains { $0.written?.timestamp == Int64(value) && $0.written?.error == nil }
        }
      }
      try await rig.told("r5", of: "a", "30")
      let writes = simulator.requests.filter { $0.function == 6 || $0.function == 16 }
      #expect(writes.map { Int($0.pdu[3]) << 8 | Int($0.pdu[4]) } == Array(1...30))
      #expect(simulator.counters.overlaps == 0)
    }
  }

  @Test("Several devices of a gateway share one connection; a slave that ends it is found again, and its values are good again")
  func reconnects() async throws {
    let memory = try memory([1, 2])
    let simulator = try ModbusSimulator(memory: memory, listen: .tcp(port: 0))
    defer { simulator.stop() }
    try await ModbusRig.run({ _ in
      ModbusYAML.device("a", ModbusYAML.tcp(simulator.port, unit: 1), ModbusYAML.registers(0..<2), cycle: 50)
        + ModbusYAML.device("b", ModbusYAML.tcp(simulator.port, unit: 2), ModbusYAML.registers(0..<2), cycle: 50)
    }) { rig in
      try await rig.told("r0", of: "a", "1000")
      try await rig.told("r0", of: "b", "2000")
      #expect(simulator.counters.totalConnections == 1)
      try simulator.closeConnections()
      memory.set(.holdingRegisters, 0, 77, unit: 1)
      try await rig.told("r0", of: "a", "77")
      try await eventually("b is online") { rig.edge.states.last { $0.hasPrefix("b ") } == "b online" }
    }
  }

  @Test("A serial port that disappears turns its devices offline, and is picked up when it is back")
  func unplugged() async throws {
    let folder = try TestFolder("line")
    let memory = try memory([1])
    let simulator = try ModbusSimulator(memory: memory, listen: .pty(link: folder.path("tty")))
    defer { simulator.stop() }
    try await ModbusRig.run({ _ in
      ModbusYAML.device("a", ModbusYAML.rtu(folder.path("tty")), ModbusYAML.registers(0..<2), cycle: 50)
    }) { rig in
      try await rig.told("r0", of: "a", "1000")
      try simulator.unplug()
      try await eventually("offline") { rig.edge.states.last { $0.hasPrefix("a ") } == "a offline" }
      try await eventually("bad") { rig.edge.values("r0", of: "a").last?.actual?.quality == "bad" }
      memory.set(.holdingRegisters, 0, 42, unit: 1)
      try simulator.plugIn()
      try await rig.told("r0", of: "a", "42")
      try await eventually("online") { rig.edge.states.last { $0.hasPrefix("a ") } == "a online" }
    }
  }

  @Test("What is wrong is named with its place and costs only itself")
  func badInput() async throws {
    let simulator = try ModbusSimulator(memory: try memory(), listen: .tcp(port: 0))
    defer { simulator.stop() }
    try await ModbusRig.run({ folder in
      let config = ModbusYAML.tcp(simulator.port)
      let good = ModbusYAML.registers(0..<1)[0]
      func with(_ visitor: JSONValue) -> [(name: String, type: String, visitor: JSONValue)] { [good, ("x", "INT", visitor)] }
      return ModbusYAML.device("good", config, [good])
        + ModbusYAML.device("offset", config, with(["register": "HoldingRegister", "offset": 70000, "limit": 1]))
        + ModbusYAML.device("limit", config, with(["register": "HoldingRegister", "offset": 1, "limit": 0]))
        + ModbusYAML.device("type", config, with(["register": "HoldingRegister", "offset": 1, "dataType": "int17"]))
        + ModbusYAML.device("folder", ModbusYAML.rtu(folder.path), [good])
    }) { rig in
      try await rig.told("r0", of: "good", "1000")
      let offset = try await rig.logged("70000")
      #expect(offset.contains("offset"), "\(offset)")
      let limit = try await rig.logged("configData.limit")
      #expect(limit.contains("0"), "\(limit)")
      let type = try await rig.logged("int17")
      #expect(type.contains("dataType"), "\(type)")
      try await rig.logged("is a directory")
      try await eventually("the folder is offline") { rig.edge.states.contains("folder offline") }
      try await eventually("the good one is online") { rig.edge.states.last { $0.hasPrefix("good ") } == "good online" }
    }
  }

  @Test("A value that doesn't fit its registers, and one for a mapper that only reads, is refused with its reason and never written")
  func refusedWrites() async throws {
    let simulator = try ModbusSimulator(memory: try memory(), listen: .tcp(port: 0))
    defer { simulator.stop() }
    let yaml = ModbusYAML.device(
      "d", ModbusYAML.tcp(simulator.port),
      [("t", "INT", ["register": "HoldingRegister", "offset": 0, "dataType": "int16"])])
    @Sendable func refusal(_ rig: ModbusRig, _ timestamp: Int64) async throws -> String {
      try await eventually(
        "the refusal", observing: { rig.edge.values("t").compactMap(\.written).first { $0.timestamp == timestamp }?.error },
        until: { $0 != nil }) ?? ""
    }
    try await ModbusRig.run({ _ in yaml }) { rig in
      try await rig.told("t", of: "d", "1000")
      try rig.edge.desire("t", "1000000000", at: 1)
      #expect(try await refusal(rig, 1).contains("32767"))
      try rig.edge.desire("t", "7", at: 2)
      try await rig.told("t", of: "d", "7")
    }
    let written = simulator.takeRequests().filter { $0.function != 3 }.count
    #expect(written == 1)
    try await ModbusRig.run({ _ in yaml }, isReadOnly: true) { rig in
      try await rig.told("t", of: "d", "7")
      try rig.edge.desire("t", "8", at: 3)
      #expect(try await refusal(rig, 3).contains("only reads"))
    }
    #expect(simulator.takeRequests().allSatisfy { $0.function == 3 })
  }
}
