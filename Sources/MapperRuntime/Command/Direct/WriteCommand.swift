internal import ArgumentParser
internal import MapperSDK

/// Writes properties of a device now, on its bus.
struct WriteCommand<M: Mapper>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "write",
      abstract: "Write properties of a device now, directly on its bus.",
      discussion: """
        Checks all values against the model first, and writes none when one of them is wrong. Then writes them in their order, reads \
        each back, and prints what was read. The Device's desired values stay as they are: a mapper that runs may set them again.

        Without -f the Device and its DeviceModel are taken from the API server.

        Ends with 1 when a value wasn't written, or isn't what was read back.

        Examples:
          \(M.name) write -f device-model.yaml -f device.yaml NAME setpoint=50
              Sets a property of a device that files describe.

          \(M.name) write NAME relay=true setpoint=20
              Sets two of a Device that the API has.
        """)
  }

  @OptionGroup var options: DeviceOptions<M>
  @Argument(help: ArgumentHelp("What to set, and to what.", valueName: "property=value"))
  var assignments: [String]

  func validate() throws {
    for assignment in assignments where assignment.firstIndex(of: "=") ?? assignment.startIndex == assignment.startIndex {
      throw ValidationError("\"\(assignment.prefix(64))\" is not PROPERTY=VALUE")
    }
  }

  func run() async throws {
    let access = try await options.access()
    let wishes = assignments.map { text in
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (property: String(parts[0]), text: String(parts[1]))
    }
    let writes = try access.checked(wishes)
    let (results, isCutOff) = try await untilInterrupted { try await access.write(writes) }
    Console.write(DirectResult.text(results, as: options.output))
    if isCutOff { Console.complain(access.hint) }
    if results.contains(where: { $0.problem != nil }) { throw ExitCode.failure }
  }
}
