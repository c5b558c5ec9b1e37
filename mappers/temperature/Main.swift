import MapperRuntime
import TemperatureDriver

@main
struct TemperatureMapper: Mapper {
  static let name = "temperature-mapper"
  static let version = "0.1.0"

  static func makeDriver(_ context: DriverContext) -> TemperatureDriver {
    TemperatureDriver(stateFolder: context.stateDirectory)
  }
}
