import APIClient
import ArgumentParser
import JSON

/// `edgectl version`
struct Version: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the versions of edgectl and the server.",
    discussion: """
      Examples:
        edgectl version
        edgectl version --client
      """
  )

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Don't ask the server.")
  var client = false

  func run() async throws {
    try Output.standard.write("edgectl: \(edgectlVersion)\n")
    if client { return }
    let answer = try await global.client().get("/version")
    try Output.standard.write("server:  \(DisplayText.safe(answer["gitVersion"]?.string ?? answer.text))\n")
  }
}
