import ArgumentParser

/// `--dry-run`
struct DryRunOption: ParsableArguments {
  /// How far a command goes without changing anything.
  enum DryRun: String, ExpressibleByArgument, CaseIterable {
    /// Everything is done.
    case none
    /// Nothing is sent that would change something.
    case client
    /// The server checks and answers as if it did it.
    case server
  }

  @Option(help: "Change nothing: client sends nothing, server has everything checked by the server.")
  var dryRun: DryRun = .none

  /// What kubectl adds to what it says of an object.
  var note: String {
    switch dryRun {
    case .none: ""
    case .client: " (dry run)"
    case .server: " (server dry run)"
    }
  }
}
