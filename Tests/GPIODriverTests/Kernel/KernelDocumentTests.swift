import TestSupport
import Testing

extension Kernel {
  @Suite("docs/gpio.md")
  struct Document {
    @Test("Its commands run as they stand there")
    func commands() async throws {
      let folder = try TestFolder("gpio-document")
      let document = try DocumentedSteps("docs/gpio.md")
      #expect(document.commands.count == 8)
      #expect(document.files == ["gpio-demo/panel.yaml"])
      let result = try await document.run(
        in: folder, programs: [try Executables.path(of: "edgecore"), try Executables.kubectl()],
        environment: ["HOME": folder.path, "KUBECONFIG": folder.path("none")], within: .seconds(400))
      _ = try await TestProcess.run("gpio-sim", ["remove", "bench"])
      #expect(result.exit == .code(0), "\(result.stdout)\n\(result.stderr)")
      #expect(result.stdout.contains("   bench   3      button   in          -\n"), "\(result.stdout)")
      #expect(!folder.exists("gpio-demo"))
    }
  }
}
