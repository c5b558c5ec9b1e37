internal import ArgumentParser
internal import MapperSDK

/// A mapper's command line: running it, and what else it can do.
struct RootCommand<M: Mapper>: ParsableCommand {
  static var configuration: CommandConfiguration {
    let own: [any ParsableCommand.Type] = [
      RunCommand<M>.self, PlanCommand<M>.self, ReadCommand<M>.self, WriteCommand<M>.self, SchemaCommand<M>.self,
    ]
    let recording: [any ParsableCommand.Type] = M.canRecord ? [RecordCommand<M>.self] : []
    return CommandConfiguration(
      commandName: M.name,
      abstract: "Serves \(M.Driver.protocolName) devices: reads them, reports to edgecore, and sets what is desired.",
      discussion: """
        Without a subcommand it runs; \(M.name) run --help lists the options for that. Exit codes: 0 done, 1 failed, 2 usage.

        Examples:
          \(M.name) --node-name edge-node-1
              Serves the Devices of a node.

          \(M.name) plan devices/
              Tells what reading these Devices comes to, without touching them.

          \(M.name) read -f devices/ NAME
              Reads a device now.

          \(M.name) write -f devices/ NAME PROPERTY=VALUE
              Sets a property now.
        """,
      version: M.version,
      subcommands: own + recording + M.subcommands,
      defaultSubcommand: RunCommand<M>.self)
  }

  /// What is wrong with the first word of a command line when it is meant as a subcommand: else it would be taken for an argument
  /// of `run`, which takes none.
  static func mistyped(_ word: String?) -> String? {
    guard let word, !word.hasPrefix("-") else { return nil }
    let names = configuration.subcommands.map { $0._commandName } + ["help"]
    guard !names.contains(word) else { return nil }
    let hint = Suggestion.nearest(to: word, among: names).map { "; did you mean \($0)?" } ?? ""
    return "unknown subcommand '\(word.prefix(64))'\(hint)"
  }
}
