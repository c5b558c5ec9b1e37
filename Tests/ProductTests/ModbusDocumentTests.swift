import Foundation
import TestSupport
import Testing

@Suite("docs/modbus.md", .serialized)
struct ModbusDocumentTests {
  @Test("Its commands run as they stand there, on ports of their own")
  func commands() async throws {
    let edge = try Installation()
    let meter = freePort()
    let text = try String(contentsOfFile: Executables.repositoryRoot + "/docs/modbus.md", encoding: .utf8)
    func blocks(_ language: String) -> [String] {
      text.split(separator: "```\(language)\n").dropFirst().compactMap { $0.split(separator: "```").first.map(String.init) }
    }
    let commands = blocks("bash")
    #expect(commands.count == 9)
    let yaml = try #require(blocks("yaml").first)
    func onOwnPorts(_ text: String) -> String {
      text.replacing("127.0.0.1:10550", with: "127.0.0.1:\(edge.apiPort)").replacing("127.0.0.1:7778", with: "127.0.0.1:\(edge.restPort)")
        .replacing("127.0.0.1:1502", with: "127.0.0.1:\(meter)").replacing("port: 1502", with: "port: \(meter)")
    }
    try edge.folder.write("meter.yaml", onOwnPorts(yaml))
    // The second block follows the file that the reader was told to write.
    let script = try edge.folder.write(
      "modbus.sh",
      "set -ex\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\nln -s '\(Executables.repositoryRoot)/models' models\n"
        + onOwnPorts(commands[0]) + "cp meter.yaml modbus-demo/meter.yaml\n" + onOwnPorts(commands.dropFirst().joined()))
    let bin = try Executables.path(of: "edgecore").split(separator: "/").dropLast().joined(separator: "/")
    let kubectl = try Executables.kubectl().split(separator: "/").dropLast().joined(separator: "/")
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
    let result = try await TestProcess.run(
      "bash", [script],
      environment: [
        "PATH": "/\(bin):/\(kubectl):\(path)", "HOME": edge.folder.path, "KUBECONFIG": edge.folder.path("none"),
        "EDGECORE_META_SERVER": "127.0.0.1:\(edge.apiPort)", "EDGECORE_MQTT_SERVER_EXTERNAL": "tcp://127.0.0.1:\(edge.mqttPort)",
        "MAPPER_API_SERVER": edge.server, "MAPPER_MQTT_SERVER": "tcp://127.0.0.1:\(edge.mqttPort)",
        "MAPPER_HTTP_PORT": "\(edge.restPort)", "EDGECTL_SERVER": edge.server,
      ], workingDirectory: edge.folder.path, within: .seconds(180))
    #expect(result.exit == .code(0), "\(result.stdout)\n\(result.stderr)")
    #expect(result.stdout.contains("FC4 unit 1 input registers"), "the plan: \(result.stdout)")
    #expect(result.stdout.contains("reported:"), "\(result.stdout)")
    #expect(result.stdout.contains("mapper_bus_"), "\(result.stdout)")
    #expect(!edge.folder.exists("modbus-demo"))
  }
}
