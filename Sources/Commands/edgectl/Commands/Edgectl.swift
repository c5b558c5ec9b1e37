import APIClient
import ArgumentParser

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
        edgectl new-driver heat-pump                  write a package for a driver of one's own

      It talks to edgecore at http://127.0.0.1:10550, or at the address in $EDGECTL_SERVER. What it applies, kubectl \
      can apply again, and the other way round.
      """,
    version: edgectlVersion,
    subcommands: [Apply.self, Get.self, Delete.self, SetDesired.self, Watch.self, History.self, NewDriver.self, Version.self]
  )

  @OptionGroup var global: GlobalOptions

  /// Exits with 0 when done, 1 when the command failed, and 2 when it wasn't understood.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      finish(with: error)
    }
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
      // The reader of a pipe went away: nobody is left to tell.
      case Output.Failure.closed: exit(withError: ExitCode(0))
      case let error as APIError where error.causes.count > 1:
        Output.error.note("error: \(error.message)")
        for cause in error.causes { Output.error.note("  \(cause.field): \(cause.message)") }
      default: Output.error.note("error: \(error)")
      }
      exit(withError: (error as? ExitCode) ?? ExitCode(1))
    }
  }
}
