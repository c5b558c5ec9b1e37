/// The program.
extension NewPackage {
  var main: GeneratedFile {
    GeneratedFile(
      "Sources/\(names.name)-mapper/Main.swift",
      text: #"""
        \#(imports("ArgumentParser", "MapperRuntime", "\(names.type)Driver"))

        @main
        struct \#(names.type)Mapper: Mapper {
          static let name = "\#(names.name)-mapper"
          static let version = "0.1.0"
          static var subcommands: [any ParsableCommand.Type] { [SimulateCommand.self] }

          static func makeDriver(_ context: DriverContext) -> \#(names.type)Driver { \#(names.type)Driver() }
        }

        """#)
  }

  var simulate: GeneratedFile {
    GeneratedFile(
      "Sources/\(names.name)-mapper/SimulateCommand.swift",
      text: #"""
        \#(imports("ArgumentParser", "\(names.type)Simulator"))

        /// A device that doesn't exist, to try the mapper on.
        struct SimulateCommand: AsyncParsableCommand {
          static let configuration = CommandConfiguration(
            commandName: "simulate",
            abstract: "Be a device, until Ctrl-C.",
            discussion: """
              Examples:
                \#(names.name)-mapper simulate
                \#(names.name)-mapper simulate --port 7702
              """)

          @Option(help: ArgumentHelp("The IPv4 address to listen on.", valueName: "address"))
          var host = "127.0.0.1"
          @Option(help: ArgumentHelp("The TCP port to listen on.", valueName: "port"))
          var port = 7701

          func validate() throws {
            guard (0...65_535).contains(port) else { throw ValidationError("--port takes 0 to 65535") }
          }

          func run() async throws {
            let simulator = try \#(names.type)Simulator(host: host, port: port)
            print("serving at \(host):\(simulator.port); Ctrl-C ends it")
            while true { try await Task.sleep(for: .seconds(3600)) }
          }
        }

        """#)
  }
}
