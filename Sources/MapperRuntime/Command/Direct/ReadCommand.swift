internal import ArgumentParser
internal import MapperSDK

/// Reads properties of a device now, on its bus.
struct ReadCommand<M: Mapper>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "read",
      abstract: "Read a device now, directly on its bus.",
      discussion: """
        Reads all properties of a Device, or those that are named, each once, and prints them. No mapper has to run; one that holds \
        the same serial port, or the only connection that a gateway takes, has to be asked instead, by its REST API.

        Without -f the Device and its DeviceModel are taken from the API server.

        Ends with 1 when a property couldn't be read.

        Examples:
          \(M.name) read -f device-model.yaml -f device.yaml NAME
              Reads all properties of a device that files describe.

          \(M.name) read NAME PROPERTY -o json
              Reads one property of a Device that the API has.
        """)
  }

  @OptionGroup var options: DeviceOptions<M>
  @Argument(help: ArgumentHelp("The properties; all unless given.", valueName: "property"))
  var properties: [String] = []

  func run() async throws {
    let access = try await options.access()
    let names = properties.isEmpty ? access.allProperties : properties
    guard !names.isEmpty else { throw CommandFailure("\(access.binding.name) has no properties: its DeviceModel describes none") }
    let (results, isCutOff) = try await untilInterrupted { try await access.read(names) }
    Console.write(DirectResult.text(results, as: options.output))
    if isCutOff { Console.complain(access.hint) }
    if results.contains(where: { $0.problem != nil }) { throw ExitCode.failure }
  }
}
