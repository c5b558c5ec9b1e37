import FoundationEssentials

/// What a Markdown file of this repository shows of a session in a shell: its `console` blocks, in which lines after `$ ` are
/// commands and the others what came back, and the files it has the reader write.
public struct DocumentedTranscript: Sendable {
  /// A command and what it says to both outputs.
  public struct Exchange: Sendable, Hashable {
    /// The command, its lines joined.
    public let command: String
    /// What came back.
    public let output: String
  }

  /// What is done, in this order.
  public enum Step: Sendable, Hashable {
    /// A command is run.
    case exchange(Exchange)
    /// A file is written.
    case file(path: String, text: String)
  }

  /// The steps.
  public let steps: [Step]

  /// Reads a file.
  ///
  /// - Parameter file: Its path in the repository.
  public init(_ file: String) throws {
    let text = String(decoding: try Data(contentsOf: URL(filePath: Executables.repositoryRoot + "/" + file)), as: UTF8.self)
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
        if opened == "console" {
          steps += Self.exchanges(block).map(Step.exchange)
        } else if let file = lastLine.firstMatch(of: /into `([^`]+)`:$/)?.1 {
          steps.append(.file(path: String(file), text: block.map { $0 + "\n" }.joined()))
        }
        language = nil
      } else if line.hasPrefix("```") {
        language = line.dropFirst(3)
        block = []
      } else if !line.isEmpty {
        lastLine = line
      }
    }
    self.steps = steps
  }

  /// The commands with their outputs.
  public var exchanges: [Exchange] { steps.compactMap { if case .exchange(let exchange) = $0 { exchange } else { nil } } }

  private static func exchanges(_ lines: [Substring]) -> [Exchange] {
    var exchanges: [Exchange] = []
    var command = ""
    var output = ""
    var isContinued = false
    func close() { if !command.isEmpty { exchanges.append(Exchange(command: command, output: output)) } }
    for line in lines {
      if isContinued {
        command += "\n" + line
      } else if line.hasPrefix("$ ") {
        close()
        (command, output) = (String(line.dropFirst(2)), "")
      } else {
        output += line + "\n"
        continue
      }
      isContinued = line.hasSuffix("\\")
    }
    close()
    return exchanges
  }

  /// The text without what differs from one run to the next: times, ages, measured numbers, and the blanks that line them up.
  public static func comparable(_ text: String) -> String {
    var result = text
    result.replace(/[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:]+(\.[0-9]+)?Z?/, with: "<time>")
    result.replace(/\b([0-9]+[smhdy]){1,2}\b/, with: "<age>")
    result.replace(/<age> \(x[0-9]+ over <age>\)/, with: "<age>")
    result.replace(/\b[0-9]+\.[0-9]+\b/, with: "<number>")
    result.replace(/[ \t]+/, with: " ")
    result.replace(/[ ]*\n/, with: "\n")
    while result.last == "\n" { result.removeLast() }
    return result
  }
}
