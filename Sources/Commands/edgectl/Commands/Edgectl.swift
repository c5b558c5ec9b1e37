import APIClient
import ArgumentParser
import DeviceAPI
import Glibc

/// The command line `edgectl`.
@main
struct Edgectl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edgectl",
    abstract: "Applies, shows and steers the devices of an edge node.",
    discussion: """
      Examples:
        edgectl apply -f models/temperature/          make devices known
        edgectl watch                                 see their values live
        edgectl set temperature target=72            set a desired value
        edgectl history temperature --since 10m       see how its values changed
        edgectl get devices                           list them
        edgectl describe device temperature           all that is known of one
        edgectl validate -f device.yaml               check a file without a server
        edgectl explain device.spec.properties        what the fields mean
        edgectl new-driver heat-pump                  write a package for a driver of one's own

      It talks to edgecore at http://127.0.0.1:10550, or at the address in $EDGECTL_SERVER. What it applies, kubectl \
      can apply again, and the other way round.
      """,
    version: edgectlVersion,
    groupedSubcommands: [
      CommandGroup(name: "File", subcommands: [Apply.self, Validate.self, Convert.self, Explain.self, CRDs.self]),
      CommandGroup(
        name: "Object", subcommands: [Get.self, Describe.self, Edit.self, Delete.self, Wait.self, APIResources.self]),
      CommandGroup(name: "Device", subcommands: [SetDesired.self, Watch.self, History.self]),
      CommandGroup(name: "Other", subcommands: [NewDriver.self, Completion.self, Version.self]),
    ]
  )

  @OptionGroup var global: GlobalOptions

  /// Exits with 0 when done, 1 when the command failed, and 2 when it wasn't understood.
  static func main() async {
    do {
      try checkCommand(CommandLine.arguments.dropFirst().first)
      var command = try await asyncParseAsRoot(Self.separated(Array(CommandLine.arguments.dropFirst())))
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      finish(with: error)
    }
  }

  /// Refuses a first word that is no command, with the one that may be meant.
  static func checkCommand(_ word: String?) throws {
    let names = configuration.groupedSubcommands.flatMap { $0.subcommands.map { $0._commandName } }
    guard let word, !word.hasPrefix("-"), word != "help", !names.contains(word) else { return }
    let hint = Suggestion.text(for: word, among: names)
    throw ValidationError("unknown command \"\(word)\"\(hint)")
  }

  /// The arguments with the values of short options as arguments of their own: `-oname` is `-o name`.
  ///
  /// The parser would take some of them for several options in one, as `-n` is in `-oname`.
  static func separated(_ arguments: [String]) -> [String] {
    // What a completion script asks is about words as they stand.
    if arguments.first?.hasPrefix("---") == true { return arguments }
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    return arguments[..<end].flatMap { argument -> [String] in
      guard argument.utf8.count > 2, ["-f", "-l", "-L", "-n", "-o", "-s"].contains(argument.prefix(2)) else { return [argument] }
      let value = argument.dropFirst(2)
      return [String(argument.prefix(2)), String(value.first == "=" ? value.dropFirst() : value)]
    } + arguments[end...]
  }

  /// Ends as the signal would have ended the process, which the network's library had it ignore.
  private static func endBySignal(_ signal: Int32) -> Never {
    Glibc.signal(signal, SIG_DFL)
    Glibc.raise(signal)
    exit(withError: ExitCode(128 + signal))
  }

  private static func finish(with error: any Error) -> Never {
    switch exitCode(for: error) {
    case .success:
      try? Output.standard.write(message(for: error) + "\n")
      exit(withError: ExitCode(0))
    case .validationFailure:
      Output.error.note(fullMessage(for: error))
      exit(withError: ExitCode(2))
    default:
      switch error {
      case is ExitCode: break
      // The reader of a pipe went away: nobody is left to tell, but whoever looks at the status learns that not all was done.
      case Output.Failure.closed: endBySignal(SIGPIPE)
      case let error as APIError where error.causes.count > 1:
        Output.error.note("error: \(error.message)")
        for cause in error.causes { Output.error.note("  \(cause.field): \(cause.message)") }
      case let error as APIError where error.code == .connectionRefused:
        Output.error.note("error: \(error)")
        Output.error.note("Start it with \"edgecore\", or name another server with --server or $EDGECTL_SERVER.")
      default: Output.error.note("error: \(error)")
      }
      exit(withError: (error as? ExitCode) ?? ExitCode(1))
    }
  }
}
