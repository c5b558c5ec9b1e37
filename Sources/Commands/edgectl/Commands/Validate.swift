import ArgumentParser
import DeviceAPI
import JSON

/// `edgectl validate`
struct Validate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check files of objects without a server.",
    discussion: """
      Examples:
        edgectl validate -f device.yaml
        edgectl validate -f models/ -R
        edgectl validate -f site.yaml --strict -o json
        edgectl validate -f site/ --driver-schema modbus-schema.json
        cat device.yaml | edgectl validate -f -

      Every mistake of every file is told, with its line and column. Devices are checked against the models that are in the \
      files, and configurations against the driver's schema where there is one: `modbus-mapper schema` prints it. Exits with 1 when there are mistakes, and with --strict also when there are warnings.
      """
  )

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @OptionGroup var files: FileOptions
  @OptionGroup var terminal: TerminalOptions

  @Option(
    help: ArgumentHelp("What a driver says of its configuration, as its mapper prints it.", valueName: "FILE"),
    completion: .file(extensions: ["json", "yaml"]))
  var driverSchema: [String] = []

  @Flag(help: "Take warnings as mistakes.")
  var strict = false

  @Flag(name: .shortAndLong, help: "Say nothing when everything is right.")
  var quiet = false

  @Option(name: [.customShort("o", allowingJoined: true), .long], help: "How to print: text, or json for programs.")
  var output: Format = .text

  func validate() throws { try files.check() }

  func run() async throws {
    let read = files.read()
    let problems = read.problems + ManifestCheck(read.manifests, schemas: DriverSchemas(files: driverSchema)).problems
    let count = (errors: problems.count { $0.severity == .error }, warnings: problems.count { $0.severity == .warning })
    let isValid = count.errors == 0 && (count.warnings == 0 || !strict)
    switch output {
    case .json:
      let answer: JSONValue = [
        "valid": .bool(isValid), "objects": JSONValue(read.manifests.count), "errors": JSONValue(count.errors),
        "warnings": JSONValue(count.warnings), "problems": .array(problems.map(\.json)),
      ]
      try Output.standard.write(answer.prettyText + "\n")
    case .text:
      let colored = terminal.isColored(.error)
      for problem in problems { Output.error.note(problem.styled.text(colored: colored)) }
      var summary = "\(Self.number(read.manifests.count, "object")): \(isValid ? "valid" : "not valid")"
      if !problems.isEmpty { summary += ", \(Self.number(count.errors, "error")), \(Self.number(count.warnings, "warning"))" }
      if !quiet || !problems.isEmpty { try Output.standard.write(summary + "\n") }
    }
    if !isValid { throw ExitCode(1) }
  }

  private static func number(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}

extension ManifestProblem {
  /// The problem as a terminal shows it.
  var styled: StyledLine {
    let text = DisplayText.safe(description)
    let place = DisplayText.safe(place)
    guard text.hasPrefix(place) else { return StyledLine(text) }
    var line = StyledLine(place, .bold)
    line.append(":", .bold)
    let rest = text.dropFirst(place.count + 1)
    line.append(String(rest), severity == .error ? .red : .yellow)
    return line
  }
}
