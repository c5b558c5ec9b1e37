import ArgumentParser
import MapperRuntime
import SCPIDriver

@main
struct SCPIMapper: Mapper {
  static let name = "scpi-mapper"
  static let version = "0.1.0"
  static var subcommands: [any ParsableCommand.Type] { [SimulateCommand.self] }

  static func makeDriver(_ context: DriverContext) -> SCPIDriver { SCPIDriver() }
}
