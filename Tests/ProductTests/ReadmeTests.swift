import Foundation
import TestSupport
import Testing

@Suite("The README", .serialized)
struct ReadmeTests {
  @Test("Its five minutes more run as they stand there, on ports of their own")
  func fiveMinutes() async throws {
    let edge = try Installation()
    let readme = try String(contentsOfFile: Executables.repositoryRoot + "/README.md", encoding: .utf8)
    let section = try #require(readme.split(separator: "## Five minutes more").last?.split(separator: "\n## ").first)
    let blocks = section.split(separator: "```bash\n").dropFirst().compactMap { $0.split(separator: "```").first }
    #expect(blocks.count == 7)
    let commands = blocks.joined().replacing("127.0.0.1:10550", with: "127.0.0.1:\(edge.apiPort)")
    // A folder of its own that looks like the repository, since the commands make one beside it.
    let script = try edge.folder.write(
      "readme.sh",
      "set -ex\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\nln -s '\(Executables.repositoryRoot)/models' models\n\(commands)")
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
    #expect(result.stdout.contains("reported:"), "\(result.stdout)")
    #expect(result.stdout.contains("boiler"))
    #expect(!edge.folder.exists("demo-state"))
    #expect(!accepts(port: edge.mqttPort))
  }
}
