import Foundation
import MapperTesting
import TestSupport
import Testing

@Suite("docs/conformance.md")
struct ConformanceDocumentTests {
  @Test("has each check with its title and explanation, in the order of the checks, and no other")
  func isComplete() throws {
    let text = try String(contentsOfFile: Executables.repositoryRoot + "/docs/conformance.md", encoding: .utf8)
    let list = try #require(text.components(separatedBy: "# The checks, one by one\n").last)
    var expected = ""
    for group in ConformanceCheck.Group.allCases {
      expected += "\n## \(group.rawValue.capitalized)\n"
      for check in ConformanceCheck.all(in: group) { expected += "\n### `\(check.rawValue)`\n\n**\(check.title).** \(check.explanation)\n" }
    }
    #expect(list.split(separator: "\n") == expected.split(separator: "\n"))
    #expect(ConformanceCheck.Group.allCases.flatMap(ConformanceCheck.all(in:)) == ConformanceCheck.allCases)
  }
}
