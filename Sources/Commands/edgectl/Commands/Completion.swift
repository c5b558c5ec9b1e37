import ArgumentParser

/// `edgectl completion`
struct Completion: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print a script that lets a shell complete edgectl's words.",
    discussion: """
      Examples:
        source <(edgectl completion bash)
        edgectl completion zsh > ~/.zsh/completions/_edgectl
        edgectl completion fish > ~/.config/fish/completions/edgectl.fish

      Commands, options, kinds, names of objects and properties are completed; the last three need a running edgecore.
      """
  )

  enum Shell: String, ExpressibleByArgument, CaseIterable {
    case bash, zsh, fish
  }

  @Argument(help: "The shell: bash, zsh or fish.")
  var shell: Shell

  func run() async throws {
    let script =
      switch shell {
      case .bash: Edgectl.completionScript(for: .bash)
      case .zsh: Edgectl.completionScript(for: .zsh)
      case .fish: Edgectl.completionScript(for: .fish)
      }
    try Output.standard.write(script.hasSuffix("\n") ? script : script + "\n")
  }
}
