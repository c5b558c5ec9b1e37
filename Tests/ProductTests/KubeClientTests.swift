import TestSupport
import Testing

/// Clients of Kubernetes that were not written here, against edgecore as a process.
@Suite("Clients of Kubernetes")
struct KubeClientTests {
  @Test("Python's kubernetes package: dynamic client, apply, pages, watches, core kinds")
  func python() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let script = "\(Executables.repositoryRoot)/Tests/ProductTests/Clients/kubernetes_client.py"
    let result = try await TestProcess.run(try Executables.python(), [script, edge.server], within: .seconds(120))
    #expect(result.exit == .code(0), "\(result.stdout)\(result.stderr)")
    #expect(result.stdout.hasSuffix("done\n"), "\(result.stdout)\(result.stderr)")
    _ = core
  }
}
