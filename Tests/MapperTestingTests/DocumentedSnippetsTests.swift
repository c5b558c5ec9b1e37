import Foundation
import TestSupport
import Testing

@Suite("The snippets of MapperTesting's documentation")
struct DocumentedSnippetsTests {
  private static let root = Executables.repositoryRoot

  /// The lines between fences for Swift, each without what it is indented by.
  private static func snippets(in text: some StringProtocol) -> [String] {
    var lines: [String] = []
    var isSnippet = false
    for line in text.split(separator: "\n") {
      let line = line.trimmingCharacters(in: .whitespaces)
      if line.hasPrefix("```") {
        isSnippet = line == "```swift"
      } else if isSnippet, !line.isEmpty {
        lines.append(line)
      }
    }
    return lines
  }

  @Test("are compiled")
  func compiled() throws {
    let files = try FileManager.default.subpathsOfDirectory(atPath: "\(Self.root)/Sources/MapperTesting")
    var lines: [String] = []
    for file in files where file.hasSuffix(".swift") {
      let source = try String(contentsOfFile: "\(Self.root)/Sources/MapperTesting/\(file)", encoding: .utf8)
      let comments = source.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { $0.hasPrefix("///") }
      lines += Self.snippets(in: comments.map { $0.dropFirst(3) }.joined(separator: "\n"))
    }
    lines += Self.snippets(in: try String(contentsOfFile: "\(Self.root)/docs/conformance.md", encoding: .utf8))
    #expect(lines.count > 30)
    let path = "\(Self.root)/Tests/MapperTestingTests/DocumentedSnippets.swift"
    let source = try String(contentsOfFile: path, encoding: .utf8)
    let compiled = Set(
      source.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces).replacing("private func", with: "func") })
    for line in lines where !line.hasPrefix("import ") && !line.hasPrefix("@Test") {
      #expect(compiled.contains(line), "DocumentedSnippets.swift lacks: \(line)")
    }
  }
}
