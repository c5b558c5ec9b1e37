import EdgeCore
import Foundation
import JSON
import TestSupport
import Testing

/// What two releases of kubectl printed at kube-apiserver 1.20.2, command after command, and what they print here.
///
/// The older one, which has no schemas of ours to check fields by, is told `--validate=false`.
///
/// Compared are how it ended and what it printed, line by line and word by word, but for ages, uids, versions and the like.
@Suite("kubectl's commands")
struct KubectlVectorTests {
  /// A release of kubectl.
  enum Release: String, CaseIterable {
    case new = "1.37"
    case old = "1.20"

    var commands: Int { self == .new ? 148 : 142 }
    /// What marks its table in the documentation.
    var mark: String { self == .new ? "kubectl" : "kubectl-1.20" }
    var executable: String { get throws { self == .new ? try Executables.kubectl() : try Executables.oldKubectl() } }

    var deviations: KubernetesDeviations { get throws { try KubernetesDeviations("kubectl-\(rawValue)-deviations") } }

    var vectors: [JSONValue] {
      get throws {
        let url = try #require(Bundle.module.url(forResource: "Vectors/kubectl-\(rawValue)", withExtension: "json"))
        return try JSONValue(parsing: Data(contentsOf: url)).array ?? []
      }
    }
  }

  @Test(
    "Every recorded command prints the same, or something else for a listed reason", .timeLimit(.minutes(10)), arguments: Release.allCases)
  func commands(release: Release) async throws {
    let deviations = try release.deviations
    let clock = ManualClock()
    clock.set(Int64(Date().timeIntervalSince1970 * 1_000))
    let vectors = try release.vectors
    let played = try await APITestServer.with(kinds: try RecordedKinds.load(), clock: clock) { server in
      let kubectl = try KubectlReplay(server: server, kubectl: release.executable)
      try await kubectl.prepare()
      var played: [(name: String, differences: [String])] = []
      for vector in vectors {
        do {
          played.append((vector["name"]?.string ?? "", try await kubectl.play(vector)))
        } catch let error as TestSupportError {
          played.append((vector["name"]?.string ?? "", ["\(error)"]))
        }
      }
      return played
    }
    #expect(played.count == release.commands)
    for command in played {
      if let complaint = deviations.complaint(command.name, command.differences) { Issue.record(Comment(rawValue: complaint)) }
    }
    try VectorReport.write(played, to: release == .new ? "SWIFTLET_KUBECTL_REPORT" : "SWIFTLET_OLD_KUBECTL_REPORT")
  }

  @Test("docs/compatibility.md shows how many commands print the same, and why the others don't", arguments: Release.allCases)
  func table(release: Release) throws {
    try DocumentTable.check(mark: release.mark, rewrittenBy: "KubectlVectorTests") {
      let deviations = try release.deviations
      var rows: [String: (all: Int, others: [KubernetesDeviations.Deviation])] = [:]
      for vector in try release.vectors {
        let name = vector["name"]?.string ?? ""
        let command = name.split(separator: " ").first.map(String.init) ?? ""
        var row = rows[command] ?? (0, [])
        row.all += 1
        if let deviation = deviations.byName[name] { row.others.append(deviation) }
        rows[command] = row
      }
      var lines = ["| command | prints the same | otherwise |", "|---|---|---|"]
      for (command, row) in rows.sorted(by: { $0.key < $1.key }) {
        let same = "\(row.all - row.others.count) of \(row.all)"
        lines.append("| `\(command)` | \(same) | \(deviations.summary(row.others)) |")
      }
      return (lines + [""] + deviations.explanation(Array(deviations.byName.values))).joined(separator: "\n") + "\n"
    }
  }
}
