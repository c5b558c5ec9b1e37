import ArgumentParser
import GPIODriver
import MapperRuntime

@main
struct GPIOMapper: Mapper {
  static let name = "gpio-mapper"
  static let version = "0.1.0"
  static let defaultHTTPPort = 7779
  static var subcommands: [any ParsableCommand.Type] { [ScanCommand.self] }

  static func makeDriver(_ context: DriverContext) -> GPIODriver { GPIODriver() }
}
