import ArgumentParser
import SCPISimulator

/// A power supply that doesn't exist, to try the mapper on.
struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Be a power supply, until Ctrl-C.",
    discussion: """
      Examples:
        scpi-mapper simulate
        scpi-mapper simulate --port 5026
      """)

  @Option(help: ArgumentHelp("The IPv4 address to listen on.", valueName: "address"))
  var host = "127.0.0.1"
  @Option(help: ArgumentHelp("The TCP port to listen on.", valueName: "port"))
  var port = 5025

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port takes 0 to 65535") }
  }

  func run() async throws {
    let simulator = try SCPISimulator(host: host, port: port)
    print("serving at \(host):\(simulator.port); Ctrl-C ends it")
    while true { try await Task.sleep(for: .seconds(3600)) }
  }
}
