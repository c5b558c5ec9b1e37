import TestSupport
import Testing

@Suite("The README", .serialized)
struct ReadmeTests {
  @Test("Its five minutes more run as they stand there, on ports of their own")
  func fiveMinutes() async throws {
    let edge = try Installation()
    let document = try DocumentedSteps("README.md", section: "Five minutes more")
    #expect(document.commands.count == 8)
    let result = try await edge.follow(document)
    #expect(result.exit == .code(0), "\(result.stdout)\n\(result.stderr)")
    #expect(result.stdout.contains("reported:"), "\(result.stdout)")
    #expect(result.stdout.contains("boiler"))
    let history = result.stdout.split(separator: "\n").drop { !$0.hasPrefix("TIME ") }
    #expect(history.contains { $0.contains(" target ") && $0.contains(" 75 ") }, "\(result.stdout)")
    #expect(!edge.folder.exists("demo-state"))
    #expect(!accepts(port: edge.mqttPort))
  }
}
