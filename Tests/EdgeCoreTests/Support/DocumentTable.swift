import Foundation
import TestSupport
import Testing

/// A part of docs/compatibility.md that a test makes.
enum DocumentTable {
  /// Compares the part between the comments `mark` and `/mark` with what it should be; with `SWIFTLET_WRITE_DOCS=1` it is written.
  static func check(mark: String, rewrittenBy test: String, _ render: () throws -> String) throws {
    let page = URL(fileURLWithPath: Executables.repositoryRoot).appendingPathComponent("docs/compatibility.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let begin = try #require(text.range(of: "<!-- \(mark) -->\n"))
    let end = try #require(text.range(of: "<!-- /\(mark) -->", range: begin.upperBound..<text.endIndex))
    let table = try render()
    guard text[begin.upperBound..<end.lowerBound] != table else { return }
    if ProcessInfo.processInfo.environment["SWIFTLET_WRITE_DOCS"] == "1" {
      try Data(text.replacingCharacters(in: begin.upperBound..<end.lowerBound, with: table).utf8).write(to: page)
    }
    Issue.record("docs/compatibility.md doesn't show what the vectors say; SWIFTLET_WRITE_DOCS=1 swift test --filter \(test) writes it")
  }
}
