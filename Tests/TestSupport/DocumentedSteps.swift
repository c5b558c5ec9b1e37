import FoundationEssentials

/// What a Markdown file of this repository tells its reader to do, as a script: its fenced `bash` blocks, and the files it has the
/// reader write.
///
/// A block of another language is a file to write when the line before it ends by naming one: ``put this into `folder/name.yaml`:``.
public struct DocumentedSteps: Sendable {
  /// A block.
  public enum Step: Sendable, Hashable {
    /// Commands, to be run in the same shell as those before.
    case commands(String)
    /// A file to be written.
    case file(path: String, text: String)
  }

  /// The blocks, in their order.
  public let steps: [Step]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - file: Its path in the repository.
  ///   - section: The heading of the only section to be read, without its marks; `nil` for the whole file.
  /// - Throws: ``TestSupportError`` when there is nothing to do in it.
  public init(_ file: String, section: String? = nil) throws {
    var text = String(decoding: try Data(contentsOf: URL(filePath: Executables.repositoryRoot + "/" + file)), as: UTF8.self)[...]
    if let section {
      guard let start = text.firstRange(of: "\n## \(section)\n") else { throw TestSupportError("\(file) has no section \(section)") }
      text = text[start.upperBound...]
      text = text.firstRange(of: "\n## ").map { text[..<$0.lowerBound] } ?? text
    }
    steps = Self.steps(in: text)
    guard !commands.isEmpty else { throw TestSupportError("\(file) has no commands") }
  }

  /// The blocks of commands.
  public var commands: [String] { steps.compactMap { if case .commands(let text) = $0 { text } else { nil } } }

  /// The names of the files.
  public var files: [String] { steps.compactMap { if case .file(let path, _) = $0 { path } else { nil } } }

  private static func steps(in text: Substring) -> [Step] {
    var steps: [Step] = []
    var language: Substring?
    var block: [Substring] = []
    var lastLine: Substring = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let opened = language {
        guard line == "```" else {
          block.append(line)
          continue
        }
        let text = block.map { $0 + "\n" }.joined()
        if opened == "bash" {
          steps.append(.commands(text))
        } else if let file = lastLine.firstMatch(of: /into `([^`]+)`:$/)?.1 {
          steps.append(.file(path: String(file), text: text))
        }
        language = nil
        lastLine = ""
      } else if line.hasPrefix("```") {
        language = line.dropFirst(3)
        block = []
      } else if !line.isEmpty {
        lastLine = line
      }
    }
    return steps
  }

  /// Does what is told, in a folder that looks like the repository as far as `models` goes, and ends what is left running.
  ///
  /// - Parameters:
  ///   - folder: Where.
  ///   - replacements: Texts that are replaced in all steps, ports for instance by a test's own.
  ///   - programs: Programs whose folders come first in `PATH`.
  ///   - environment: Variables added to this process's.
  /// - Throws: ``TestSupportError`` when it doesn't end in time.
  public func run(
    in folder: TestFolder, replacing replacements: [(text: String, replacement: String)] = [], programs: [String] = [],
    environment: [String: String?] = [:], within deadline: Duration = .seconds(180)
  ) async throws -> TestProcess.Result {
    var script = "set -ex\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\nln -s '\(Executables.repositoryRoot)/models' models\n"
    for (number, step) in steps.enumerated() {
      switch step {
      case .commands(let text): script += Self.replacing(replacements, in: text)
      case .file(let path, let text):
        let copy = try folder.write("documented-\(number)", Self.replacing(replacements, in: text))
        script += "mkdir -p \"$(dirname '\(path)')\"\ncp '\(copy)' '\(path)'\n"
      }
    }
    let folders = programs.map { String($0[..<($0.lastIndex(of: "/") ?? $0.endIndex)]) }
    var environment = environment
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
    environment["PATH"] = (folders + [path]).joined(separator: ":")
    return try await TestProcess.run(
      "bash", [try folder.write("documented.sh", script)], environment: environment, workingDirectory: folder.path, within: deadline)
  }

  private static func replacing(_ replacements: [(text: String, replacement: String)], in text: String) -> String {
    replacements.reduce(text) { $0.replacing($1.text, with: $1.replacement) }
  }
}
