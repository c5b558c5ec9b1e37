import Durability
import Testing

@Suite("Kills under load", .serialized)
struct KillTests {
  @Test("25 kills of edgecore and its broker: all that was acknowledged is stored, once and in order")
  func kills() async throws {
    let run = KillRun(devices: 1_000, kills: 25, seed: .random(in: 0 ... .max))
    print("kills under load: seed \(run.seed)")
    let report = try await run.run()
    #expect(report.problems.isEmpty, "\(report)")
    #expect(report.edgeCoreKills + report.brokerKills == 25)
    #expect(report.acknowledged > 1_000, "\(report)")
    print("\(report)")
  }
}
