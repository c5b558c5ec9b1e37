internal import ArgumentParser
internal import Glibc
internal import Logging
public import MapperSDK
internal import ServiceLifecycle

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

  /// Makes the driver, once, at the start.
  ///
  /// - Throws: What is in the way; the mapper says so and ends with code 1.
  static func makeDriver(_ context: DriverContext) throws -> Driver
}

extension Mapper {
  /// The port of KubeEdge's mapper-framework.
  public static var defaultHTTPPort: Int { 7777 }

  /// Runs the mapper with the process's arguments until SIGTERM or SIGINT, and ends the process: with 0 when it was told to
  /// end, 1 when it failed, 2 when it was called wrongly.
  @concurrent public static func main() async {
    let command: MapperCommand<Self>
    do {
      var parsed = try MapperCommand<Self>.parseAsRoot()
      guard let own = parsed as? MapperCommand<Self> else {
        // The parser's own, which prints the help.
        try parsed.run()
        exit(0)
      }
      command = own
    } catch {
      let isWanted = MapperCommand<Self>.exitCode(for: error) == .success
      write(MapperCommand<Self>.fullMessage(for: error), to: isWanted ? 1 : 2)
      exit(isWanted ? 0 : 2)
    }
    do {
      try await command.run()
      exit(0)
    } catch {
      write("\(name): \(error)", to: 2)
      exit(error is MapperOptionError ? 2 : 1)
    }
  }

  private static func write(_ text: String, to descriptor: Int32) {
    let bytes = Array("\(text)\n".utf8)
    _ = Glibc.write(descriptor, bytes, bytes.count)
  }
}
