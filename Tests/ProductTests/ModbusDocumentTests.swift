import TestSupport
import Testing

@Suite("docs/modbus.md", .serialized)
struct ModbusDocumentTests {
  @Test("Its commands run as they stand there, on ports of their own")
  func commands() async throws {
    let edge = try Installation()
    let meter = freePort()
    let document = try DocumentedSteps("docs/modbus.md")
    #expect(document.commands.count == 10)
    #expect(document.files == ["modbus-demo/meter.yaml", "modbus-demo/meter-v1alpha2.yaml"])
    let result = try await edge.follow(
      document, replacing: [("127.0.0.1:1502", "127.0.0.1:\(meter)"), ("port: 1502", "port: \(meter)")])
    #expect(result.exit == .code(0), "\(result.stdout)\n\(result.stderr)")
    #expect(result.stdout.contains("FC4 unit 1 input registers"), "the plan: \(result.stdout)")
    #expect(result.stdout.contains("reported:"), "\(result.stdout)")
    #expect(result.stdout.contains("mapper_bus_"), "\(result.stdout)")
    #expect(!edge.folder.exists("modbus-demo"))
  }
}
