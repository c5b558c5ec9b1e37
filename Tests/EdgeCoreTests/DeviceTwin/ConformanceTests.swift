import EdgeCore
import Foundation
import JSON
import TestSupport
import Testing

/// What KubeEdge 1.9.2 and 1.23 answered to the same 119 messages, one after the other.
///
/// A vector with `deviates` says why we answer otherwise, and `ours` what. Where KubeEdge's twin was another one afterwards,
/// `undone` takes back what the message did here, `again` sends it once more with an `event_id` of its own, and `fromCloud` as
/// the cloud's; both are answered alike then.
@Suite("KubeEdge's exchanges on the wire")
struct ConformanceTests {
  private static let versions = ["1.9.2", "1.23"]

  private static func vectors(_ version: String) throws -> [JSONValue] {
    let url = try #require(Bundle.module.url(forResource: "Vectors/kubeedge-\(version)", withExtension: "json"))
    return try #require(try JSONValue(parsing: Data(contentsOf: url)).array)
  }

  @Test("Every recorded exchange is answered alike, or deviates for a reason", arguments: versions)
  func answers(version: String) throws {
    let vectors = try Self.vectors(version)
    #expect(vectors.count == 119)
    var recording = Recording(version: version)
    for vector in vectors {
      let played = try recording.play(vector)
      if let ours = vector["ours"] {
        #expect(vector["deviates"]?.string?.isEmpty == false)
        Self.expect(played, ours, vector, version)
      } else {
        Self.expect(played, vector, vector, version)
      }
      if vector["undone"] == true { recording.undo() }
      if vector["again"] == true { Self.expect(try recording.play(vector, isNew: true), vector, vector, version) }
      if vector["fromCloud"] == true {
        recording.undo()
        Self.expect(try recording.playFromCloud(vector), vector, vector, version)
      }
    }
  }

  private static func expect(
    _ played: (answers: [JSONValue], toCloud: [JSONValue]), _ expected: JSONValue, _ vector: JSONValue, _ version: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let answers = expected["answers"]?.array ?? []
    let toCloud = expected["toCloud"]?.array ?? []
    guard played.answers != answers || played.toCloud != toCloud else { return }
    let lines = [
      "\(version): \(vector["case"]?.string ?? "")", "expected \(JSONValue.array(answers).text)",
      "answered \(JSONValue.array(played.answers).text)", "to the cloud, expected \(JSONValue.array(toCloud).text)",
      "to the cloud, told \(JSONValue.array(played.toCloud).text)",
    ]
    Issue.record(Comment(rawValue: lines.joined(separator: "\n")), sourceLocation: sourceLocation)
  }

  @Test("docs/compatibility.md shows each exchange: alike, or otherwise and why")
  func table() throws {
    try DocumentTable.check(mark: "exchanges", rewrittenBy: "ConformanceTests") { try Self.renderedTable() }
  }

  private static func renderedTable() throws -> String {
    var order: [String] = []
    var rows: [String: (alike: [String: Int], all: [String: Int], reasons: [String])] = [:]
    for version in versions {
      for vector in try vectors(version) {
        let name = vector["exchange"]?.string ?? ""
        if rows[name] == nil { order.append(name) }
        var row = rows[name] ?? ([:], [:], [])
        row.all[version, default: 0] += 1
        if let reason = vector["deviates"]?.string {
          if !row.reasons.contains(reason) { row.reasons.append(reason) }
        } else {
          row.alike[version, default: 0] += 1
        }
        rows[name] = row
      }
    }
    var lines = ["| exchange | as in 1.9.2 | as in 1.23 | otherwise, because |", "|---|---|---|---|"]
    for name in order.sorted() {
      guard let row = rows[name] else { continue }
      let counts = versions.map { "\(row.alike[$0] ?? 0) of \(row.all[$0] ?? 0)" }
      lines.append("| \(name) | \(counts.joined(separator: " | ")) | \(row.reasons.isEmpty ? "-" : row.reasons.joined(separator: "; ")) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
