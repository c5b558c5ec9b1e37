internal import ArgumentParser

/// Runs a mapper, and records what goes over its buses.
struct RecordCommand<M: Mapper>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "record",
      abstract: "Run, and write what goes over the buses into a file.",
      discussion: """
        The same as run --record FILE, with all of run's options. The file has each frame with its timing; it grows to 256 MiB at \
        most, and is whole up to the last frame however the mapper ends. With several buses each has a file with its name in it: of \
        plant.jsonl for instance plant.tcp-10.0.0.7-502.jsonl and plant.dev-ttyUSB0.jsonl, and then there is no plant.jsonl.

        Examples:
          \(M.name) record plant.jsonl --device-source devices/ --read-only
              Polls the devices of a folder, and keeps the conversation.
        """)
  }

  @Argument(help: ArgumentHelp("The file; one that exists is replaced.", valueName: "file"))
  var file: String
  @OptionGroup var options: RunOptions<M>

  func validate() throws {
    if options.record != nil { throw ValidationError("FILE says where already: leave --record out") }
  }

  func run() async throws {
    var options = options
    options.record = file
    try await RunCommand<M>.run(options.settings())
  }
}
