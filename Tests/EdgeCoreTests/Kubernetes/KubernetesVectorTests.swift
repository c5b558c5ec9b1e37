import EdgeCore
import Foundation
import JSON
import TestSupport
import Testing

/// What kube-apiserver 1.20.2 answered to the same 654 requests, one after the other.
///
/// Compared are the status, the reason, the causes as a set of reason and field, the object, the events, Table and list, the headers a client
/// looks at, generation, and how the resourceVersion moves; a message where clients or scripts know it by its words (404, 409, 410).
@Suite("Kubernetes' exchanges")
struct KubernetesVectorTests {
  private static let file = "kubernetes-1.20-deviations"

  @Test("Every recorded exchange is answered alike, or deviates for a listed reason")
  func answers() async throws {
    let deviations = try KubernetesDeviations(Self.file)
    let played = try await Self.play()
    #expect(played.count == 654)
    for exchange in played {
      if let complaint = deviations.complaint(exchange.name, exchange.differences) { Issue.record(Comment(rawValue: complaint)) }
    }
    let names = Set(played.map(\.name))
    for name in deviations.byName.keys where !names.contains(name) { Issue.record("no exchange \(name)") }
    for (name, deviation) in deviations.byName {
      #expect(!deviation.because.isEmpty, "\(name) deviates without a reason")
      for reason in deviation.because { #expect(deviations.reasons[reason] != nil, "\(name): no reason \(reason)") }
    }
    try VectorReport.write(played.map { ($0.name, $0.differences) }, to: "SWIFTLET_VECTOR_REPORT")
  }

  private struct Played: Sendable {
    var name: String
    var differences: [String]
  }

  private static func play() async throws -> [Played] {
    let clock = ManualClock()
    let pace = Pace()
    return try await withThrowingTaskGroup(of: [Played].self) { group in
      group.addTask {
        await pace.run(clock)
        return []
      }
      group.addTask {
        try await APITestServer.with(kinds: try RecordedKinds.load(), clock: clock) { server in
          let replay = KubernetesReplay(server: server, pace: pace)
          var played: [Played] = []
          for section in KubernetesVectors.sections {
            for vector in try KubernetesVectors.vectors(section) {
              let name = vector["name"]?.string ?? ""
              do {
                let answer = try await replay.play(vector)
                played.append(Played(name: name, differences: AnswerComparison(answer, to: vector).differences))
              } catch let error as TestSupportError {
                played.append(Played(name: name, differences: ["\(error)"]))
              }
            }
          }
          return played
        }
      }
      defer { group.cancelAll() }
      while let played = try await group.next() { if !played.isEmpty { return played } }
      return []
    }
  }

  @Test("docs/compatibility.md shows how many are answered alike, and why the others aren't")
  func table() throws {
    try DocumentTable.check(mark: "kubernetes", rewrittenBy: "KubernetesVectorTests") { try Self.renderedTable() }
  }

  private static func renderedTable() throws -> String {
    let deviations = try KubernetesDeviations(file)
    var lines = ["| exchanges | answered alike | otherwise |", "|---|---|---|"]
    for section in KubernetesVectors.sections {
      let names = try KubernetesVectors.vectors(section).compactMap { $0["name"]?.string }
      let others = names.compactMap { deviations.byName[$0] }
      let alike = names.count - others.count
      lines.append("| \(KubernetesVectors.title(section)) | \(alike) of \(names.count) | \(deviations.summary(others)) |")
    }
    lines += [""] + deviations.explanation(Array(deviations.byName.values))
    return lines.joined(separator: "\n") + "\n"
  }
}
