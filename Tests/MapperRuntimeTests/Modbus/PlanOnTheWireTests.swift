import Foundation
import JSON
import ModbusDriver
import ModbusSimulator
import TestSupport
import Testing
import YAML

@Suite("Requests on the wire", .timeLimit(.minutes(2)))
struct PlanOnTheWireTests {
  /// A layout: its devices, and the requests that each cycle needs at least.
  struct Layout: Sendable, CustomTestStringConvertible {
    let name: String
    var testDescription: String { name }
  }

  private static let layouts = ["contiguous", "every-second", "islands", "mixed-types", "mixed-cycles"].map { Layout(name: $0) }

  @Test("are the fewest that a layout needs, cycle for cycle", arguments: layouts)
  func fewest(layout: Layout) async throws {
    let text = try String(
      contentsOfFile: "\(Executables.repositoryRoot)/Tests/MapperRuntimeTests/Modbus/plans/\(layout.name).yaml", encoding: .utf8)
    let documents = try YAMLDocument.parseAll(Array(text.utf8), file: layout.name)
    let first = documents.first?.value
    let expected = first?.at("requests")?.array?.compactMap(\.string) ?? []
    #expect(!expected.isEmpty)
    let memory = SlaveMemory()
    for table in [SlaveTable.coils, .discreteInputs, .inputRegisters, .holdingRegisters] { memory.define(table, 0..<2000, unit: 1) }
    let simulator = try ModbusSimulator(memory: memory, listen: .tcp(port: 0))
    defer { simulator.stop() }
    let devices = text.split(separator: "\n---\n", maxSplits: 1).last.map { String($0) } ?? ""
    try await ModbusRig.run({ _ in devices.replacing("port: 1502", with: "port: \(simulator.port)") }) { rig in
      try await eventually("the device") { rig.edge.states.contains("d online") }
      // Not the first reads, which come at once and not in step with the cycles.
      try await eventually("some requests") { simulator.requests.count > 2 * expected.count }
      _ = simulator.takeRequests()
      try await eventually("many requests") { simulator.requests.count >= 20 * expected.count }
      let seen = simulator.takeRequests().map { "\($0.function) \($0.address) \($0.count)" }
      #expect(Set(seen) == Set(expected))
      let counts = Dictionary(grouping: seen, by: { $0 }).mapValues(\.count)
      let most = counts.values.max() ?? 0
      let least = counts.values.min() ?? 0
      // A busy machine leaves turns out, or takes two together, now and then.
      #expect(least >= most / 2, "each about once a turn: \(counts)")
    }
  }
}
