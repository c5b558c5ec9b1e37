import Foundation
import JSON
import TestSupport

/// Where and why we answer otherwise than kube-apiserver 1.20.2.
struct KubernetesDeviations {
  struct Deviation {
    /// The names of its reasons.
    var because: [String]
    /// In what the answer differs, as ``AnswerComparison`` says it.
    var ours: [String]
  }

  /// The reasons, each a name and a sentence.
  let reasons: [String: String]
  /// By the exchange's name.
  let byName: [String: Deviation]

  init(_ file: String) throws {
    guard let url = Bundle.module.url(forResource: "Vectors/\(file)", withExtension: "json") else {
      throw TestSupportError("no Vectors/\(file).json")
    }
    let json = try JSONValue(parsing: Data(contentsOf: url))
    reasons = (json["reasons"]?.object ?? [:]).reduce(into: [:]) { $0[$1.key] = $1.value.string }
    byName = (json["deviations"]?.array ?? []).reduce(into: [:]) { all, item in
      all[item["name"]?.string ?? ""] = Deviation(
        because: item["because"]?.array?.compactMap(\.string) ?? [], ours: item["ours"]?.array?.compactMap(\.string) ?? [])
    }
  }

  /// What is wrong with an exchange that differs in these; `nil` if nothing is.
  func complaint(_ name: String, _ differences: [String]) -> String? {
    guard let deviation = byName[name] else {
      return differences.isEmpty ? nil : "\(name) differs:\n  " + differences.joined(separator: "\n  ")
    }
    if differences.isEmpty { return "\(name): is as recorded, but is listed as a deviation" }
    let missing = deviation.ours.filter { !differences.contains($0) }.map { "- \($0)" }
    let more = differences.filter { !deviation.ours.contains($0) }.map { "+ \($0)" }
    guard !missing.isEmpty || !more.isEmpty else { return nil }
    return "\(name) differs otherwise than listed:\n  " + (missing + more).joined(separator: "\n  ")
  }

  /// How many deviate for which reason, for a cell of a table.
  func summary(_ deviations: [Deviation]) -> String {
    let counts = Self.counts(deviations)
    return counts.isEmpty ? "-" : counts.map { "\($0.reason) \($0.count)" }.joined(separator: ", ")
  }

  /// A table that explains the reasons.
  func explanation(_ deviations: [Deviation]) -> [String] {
    ["| otherwise | how many | because |", "|---|---|---|"]
      + Self.counts(deviations).map { "| \($0.reason) | \($0.count) | \(reasons[$0.reason] ?? "") |" }
  }

  private static func counts(_ deviations: [Deviation]) -> [(reason: String, count: Int)] {
    deviations.flatMap(\.because).reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
      .map { (reason: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }
  }
}
