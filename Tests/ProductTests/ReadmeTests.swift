import TestSupport
import Testing

@Suite("The README", .serialized)
struct ReadmeTests {
  @Test("Its five minutes more run as they stand there, on ports of their own")
  func fiveMinutes() async throws {
    let edge = try Installation()
    let document = try DocumentedSteps("README.md", section: "Five minutes more")
    #expect(document.commands.count == 7)
    let result = try await edge.follow(document)
    #expect(result.exit == .code(0), "\(result.stdout)\n\(result.stderr)")
    #expect(result.stdout.contains("reported:"), "\(result.stdout)")
    #expect(result.stdout.contains("boiler"))
    #expect(!edge.folder.exists("demo-state"))
    #expect(!accepts(port: edge.mqttPort))
  }
}
