import Glibc
import JSON
import ModbusDriver
import ModbusSimulator
import TestSupport
import Testing
import TwinProtocol

@Suite("Devices that disagree about their line", .timeLimit(.minutes(3)))
struct BusConflictTests {
  private struct Line {
    let folder: TestFolder
    let simulator: ModbusSimulator

    init(_ units: ClosedRange<UInt8> = 1...3) throws {
      let memory = SlaveMemory()
      for unit in units {
        memory.define(.holdingRegisters, 0..<4, unit: unit)
        memory.set(.holdingRegisters, 0, [UInt16(unit)], unit: unit)
      }
      folder = try TestFolder("line")
      simulator = try ModbusSimulator(memory: memory, listen: .pty(link: folder.path("tty")))
    }

    /// Devices by name: unit and speed.
    func yaml(_ devices: KeyValuePairs<String, (unit: Int, speed: Int)>) -> String {
      devices.map { name, line in
        let config = ModbusYAML.rtu(folder.path("tty"), unit: line.unit, ["baudRate": JSONValue(Int64(line.speed)), "timeout": 10_000])
        return ModbusYAML.device(name, config, ModbusYAML.registers(0..<1), cycle: 50)
      }.joined()
    }

    /// The speed that the port is set to.
    var speed: speed_t {
      let port = open(simulator.path, O_RDWR | O_NOCTTY | O_NONBLOCK)
      defer { close(port) }
      var settings = termios()
      return tcgetattr(port, &settings) == 0 ? cfgetospeed(&settings) : 0
    }
  }

  private func isGood(_ device: String, _ rig: ModbusRig) -> Bool {
    guard let actual = rig.edge.values("r0", of: device).last?.actual else { return false }
    return actual.quality == nil && rig.edge.states.last { $0.hasPrefix("\(device) ") } == "\(device) online"
  }

  @Test("Changed one by one they are refused with the reason, the others run on, and all run once all agree")
  func oneByOne() async throws {
    let line = try Line()
    defer { line.simulator.stop() }
    try await ModbusRig.run({ _ in line.yaml(["a": (1, 9600), "b": (2, 9600), "c": (3, 9600)]) }) { rig in
      rig.edge.remember()
      try await eventually("all run") { ["a", "b", "c"].allSatisfy { isGood($0, rig) } }
      #expect(line.speed == speed_t(B9600))
      try rig.describe(line.yaml(["a": (1, 19_200), "b": (2, 9600), "c": (3, 9600)]))
      try await eventually("a is refused") {
        let actual = rig.edge.values("r0", of: "a").last?.actual
        return actual?.value == "1" && actual?.quality == "bad"
          && actual?.reason?.hasPrefix("spec.protocol.configData.baudRate: 19200 instead of 9600, which the device default/b has") == true
      }
      #expect(rig.edge.states.last { $0.hasPrefix("a ") } == "a unhealthy")
      #expect(rig.edge.reason(of: "a")?.contains("baudRate: 19200 instead of 9600") == true)
      try rig.describe(line.yaml(["a": (1, 19_200), "b": (2, 19_200), "c": (3, 9600)]))
      try await eventually("b is refused") { rig.edge.values("r0", of: "b").last?.actual?.quality == "bad" }
      let count = rig.edge.values("r0", of: "c").count
      try await eventually("c runs on") { rig.edge.values("r0", of: "c").count > count + 5 && isGood("c", rig) }
      #expect(!rig.edge.states.contains("c offline"))
      #expect(line.speed == speed_t(B9600))
      try rig.describe(line.yaml(["a": (1, 19_200), "b": (2, 19_200), "c": (3, 19_200)]))
      try await eventually("all run again") { ["a", "b", "c"].allSatisfy { isGood($0, rig) } }
      #expect(line.speed == speed_t(B19200))
    }
  }

  @Test("All changed at once they are never refused")
  func together() async throws {
    let line = try Line()
    defer { line.simulator.stop() }
    try await ModbusRig.run({ _ in line.yaml(["a": (1, 9600), "b": (2, 9600), "c": (3, 9600)]) }) { rig in
      rig.edge.remember()
      try await eventually("all run") { ["a", "b", "c"].allSatisfy { isGood($0, rig) } }
      try rig.describe(line.yaml(["a": (1, 19_200), "b": (2, 19_200), "c": (3, 19_200)]))
      try await eventually("the port has the new speed") { line.speed == speed_t(B19200) }
      let counts = ["a", "b", "c"].map { rig.edge.values("r0", of: $0).count }
      try await eventually("all are read") {
        zip(["a", "b", "c"], counts).allSatisfy { rig.edge.values("r0", of: $0).count > $1 + 3 && isGood($0, rig) }
      }
      #expect(!rig.log.lines.contains { $0.contains("instead of") })
      #expect(!rig.edge.states.contains { $0.hasSuffix("unhealthy") || $0.hasSuffix("offline") })
    }
  }

  @Test("One with another's unit id doesn't disturb that one, and takes the line over when it is alone")
  func sameUnit() async throws {
    let line = try Line()
    defer { line.simulator.stop() }
    try await ModbusRig.run({ _ in line.yaml(["a": (1, 9600), "b": (1, 19_200)]) }) { rig in
      rig.edge.remember()
      try await eventually("b is refused") { rig.edge.states.contains("b unhealthy") }
      try await eventually("a runs") { isGood("a", rig) }
      let count = rig.edge.values("r0", of: "a").count
      try await eventually("a runs on") { rig.edge.values("r0", of: "a").count > count + 20 }
      #expect(!rig.edge.states.contains("a offline"))
      #expect(rig.edge.values("r0", of: "a").allSatisfy { $0.actual?.quality == nil })
      #expect(rig.edge.values("r0", of: "b").isEmpty, "nothing was ever read of it")
      // Another cycle of the refused one is no reason to forget that it waits.
      try rig.describe(line.yaml(["b": (1, 19_200)]))
      try await eventually("b runs") { isGood("b", rig) }
      #expect(line.speed == speed_t(B19200))
    }
  }

  @Test("Two that swap their lines' settings run at once")
  func swap() async throws {
    let (first, second) = (try Line(1...2), try Line(1...2))
    defer {
      first.simulator.stop()
      second.simulator.stop()
    }
    @Sendable func both(_ a: Int, _ b: Int) -> String { first.yaml(["a": (1, a)]) + second.yaml(["b": (1, b)]) }
    @Sendable func swapped(_ a: Int, _ b: Int) -> String { second.yaml(["a": (2, a)]) + first.yaml(["b": (2, b)]) }
    try await ModbusRig.run({ _ in both(9600, 19_200) }) { rig in
      rig.edge.remember()
      try await eventually("both run") { ["a", "b"].allSatisfy { isGood($0, rig) } }
      try rig.describe(swapped(9600, 19_200))
      try await rig.told("r0", of: "a", "2")
      try await rig.told("r0", of: "b", "2")
      #expect(first.speed == speed_t(B19200))
      #expect(second.speed == speed_t(B9600))
      #expect(!rig.log.lines.contains { $0.contains("instead of") })
    }
  }
}
