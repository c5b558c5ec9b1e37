import FoundationEssentials
import TestSupport
import Testing

@Suite("docs/api.md", .serialized)
struct APIDocumentTests {
  @Test("Every command gives what the page shows, times and measured values aside")
  func transcript() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let mapper = try await edge.startMapper()
    let document = try DocumentedTranscript("docs/api.md")
    #expect(document.exchanges.count >= 30)
    let programs = [try Executables.path(of: "edgectl"), try Executables.kubectl()].map { $0[..<($0.lastIndex(of: "/") ?? $0.endIndex)] }
    let path = (programs.map(String.init) + ["/usr/bin", "/bin"]).joined(separator: ":")
    for step in document.steps {
      switch step {
      case .file(let path, let text): try edge.folder.write(path, text)
      case .exchange(let exchange):
        let command = exchange.command.replacing("127.0.0.1:10550", with: "127.0.0.1:\(edge.apiPort)")
        let result = try await TestProcess.run(
          "bash", ["-c", "{ \(command)\n} 2>&1"],
          environment: ["PATH": path, "EDGECTL_SERVER": edge.server, "HOME": edge.folder.path, "KUBECONFIG": edge.folder.path("none")],
          workingDirectory: edge.folder.path, within: .seconds(90))
        let output = result.stdout.replacing("127.0.0.1:\(edge.apiPort)", with: "127.0.0.1:10550")
        let (shown, real) = (DocumentedTranscript.comparable(exchange.output), DocumentedTranscript.comparable(output))
        #expect(shown == real, "$ \(exchange.command)\n\(output)")
        if shown != real { break }
      }
    }
    _ = (core, mapper)
  }
}
