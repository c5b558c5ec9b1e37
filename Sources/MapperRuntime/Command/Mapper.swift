public import ArgumentParser
internal import Glibc
public import MapperSDK

/// A mapper executable.
///
/// ```swift
/// @main
/// struct ThermostatMapper: Mapper {
///   static let name = "thermostat-mapper"
///   static let version = "1.0.0"
///   static func makeDriver(_ context: DriverContext) -> ThermostatDriver { ThermostatDriver() }
/// }
/// ```
public protocol Mapper: Sendable {
  /// The driver it runs.
  associatedtype Driver: DeviceDriver

  /// The executable's name, and the mapper's unless its user sets another.
  static var name: String { get }
  /// The mapper's version.
  static var version: String { get }
  /// The port on the loopback address for the REST API, health and metrics, unless the mapper's user sets another; 7777 when
  /// the mapper doesn't say, as in KubeEdge's mapper-framework.
  static var defaultHTTPPort: Int { get }
  /// Whether the driver can write what goes over its buses into ``DriverContext/recordingPath``: then there is an option
  /// `--record` and a subcommand `record`. Not unless the mapper says so.
  static var canRecord: Bool { get }
  /// What the executable can do beside running the mapper (`run`), `plan`, `read`, `write` and `schema`; nothing unless the mapper says so.
  ///
  /// A subcommand that fails throws: an error whose description is shown ends the process with 1, ArgumentParser's `ExitCode`
  /// with its code, and a `ValidationError` with 2.
  static var subcommands: [any ParsableCommand.Type] { get }

  /// Makes the driver, once, at the start.
  ///
  /// - Throws: What is in the way; the mapper says so and ends with code 1.
  static func makeDriver(_ context: DriverContext) throws -> Driver
}

extension Mapper {
  /// The port of KubeEdge's mapper-framework.
  public static var defaultHTTPPort: Int { 7777 }

  /// Not unless the mapper says so.
  public static var canRecord: Bool { false }

  /// None.
  public static var subcommands: [any ParsableCommand.Type] { [] }

  /// Does what the process's arguments say, runs the mapper until SIGTERM or SIGINT unless they say otherwise, and ends the
  /// process: with 0 when that is done, 1 when it failed, 2 when it was called wrongly.
  @concurrent public static func main() async {
    var command: any ParsableCommand
    if let problem = RootCommand<Self>.mistyped(CommandLine.arguments.dropFirst().first) {
      Console.complain("\(name): \(problem)\nSee '\(name) --help'.\n")
      exit(2)
    }
    do {
      command = try RootCommand<Self>.parseAsRoot()
    } catch {
      end(error, usage: true)
    }
    do {
      if var waiting = command as? any AsyncParsableCommand {
        try await waiting.run()
      } else {
        // The parser's own too, which throws the help.
        try command.run()
      }
      exit(0)
    } catch {
      end(error, usage: error is MapperOptionError || error is ValidationError)
    }
  }

  private static func end(_ error: any Error, usage: Bool) -> Never {
    if let code = error as? ExitCode { exit(code.rawValue) }
    let isParsers = !(error is MapperOptionError) && RootCommand<Self>.exitCode(for: error) != .failure
    if isParsers, RootCommand<Self>.exitCode(for: error) == .success {
      Console.write(RootCommand<Self>.fullMessage(for: error) + "\n")
      exit(0)
    }
    Console.complain((isParsers ? RootCommand<Self>.fullMessage(for: error) : "\(name): \(error)") + "\n")
    exit(usage ? 2 : 1)
  }
}
