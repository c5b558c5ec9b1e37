internal import ArgumentParser
internal import JSON
internal import MapperSDK

/// Tells what reading Devices comes to, without touching them.
struct PlanCommand<M: Mapper>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "plan",
      abstract: "Tell what reading Devices comes to, before any hardware is touched.",
      discussion: """
        Reads Devices and DeviceModels, of whatever node, from files or the files of folders, and tells for each bus the requests that \
        would be sent, how much of its time they take, and which properties can't be read as often as they should be. What is wrong \
        with a file stands first, with its line and column.

        CYCLE says how often the properties of a request are to be read. Properties with different cycles share requests when they \
        are due together: of requests that only differ in their length one at a time is sent.

        Ends with 1 when a file is wrong, a Device has no properties, or a property can't be read as often as it should be.

        Examples:
          \(M.name) plan device-model.yaml device.yaml
              Plans one device.

          \(M.name) plan devices/ --turnaround 40
              Plans those of a folder, for slow units.

          \(M.name) plan devices/ -o json
              The same for programs.
        """)
  }

  @Argument(help: ArgumentHelp("Files and folders with Devices and DeviceModels.", valueName: "file"))
  var files: [String]
  @Option(help: ArgumentHelp("How long a unit takes before it answers, in milliseconds.", valueName: "ms"))
  var turnaround = 10.0
  @Option(name: [.customShort("o", allowingJoined: true), .long], help: "How to print: text or json.")
  var output: Format = .text

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  func validate() throws {
    guard (0...60_000).contains(turnaround) else { throw ValidationError("--turnaround takes 0 to 60000 ms, found \(turnaround)") }
  }

  func run() async throws {
    let secrets = SecretTexts()
    let driver = try M.makeDriver(DirectAccess<M>.context(logLevel: .warning, secrets: secrets))
    let loaded = LoadedDevices(files: files, driver: driver, secrets: secrets)
    for warning in loaded.warnings { Console.complain("warning: \(secrets.masked("\(warning)"))\n") }
    let report = PlanReport(
      buses: BusPlan.all(loaded.devices, driver: driver, turnaround: Int64((turnaround * 1000).rounded())), problems: loaded.problems,
      mask: { secrets.masked($0) })
    switch output {
    case .json: Console.write(report.json.prettyText + "\n")
    case .text:
      for problem in report.problems { Console.complain("\(secrets.masked("\(problem)"))\n") }
      Console.write(report.text)
      if report.buses.isEmpty, report.problems.isEmpty {
        Console.complain("\(M.name): there is no \(M.Driver.protocolName) device in \(files.joined(separator: ", "))\n")
      }
    }
    if !report.isGood || report.buses.isEmpty { throw ExitCode.failure }
  }
}
