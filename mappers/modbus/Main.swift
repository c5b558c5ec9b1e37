import ArgumentParser
import MapperRuntime
import ModbusDriver

@main
struct ModbusMapper: Mapper {
  static let name = "modbus-mapper"
  static let version = "0.1.0"
  static let defaultHTTPPort = 7778
  static let canRecord = true
  static var subcommands: [any ParsableCommand.Type] { [ScanCommand.self, ReplayCommand.self, SimulateCommand.self] }

  static func makeDriver(_ context: DriverContext) throws -> ModbusDriver {
    try ModbusDriver.limitOpenFiles()
    guard let path = context.recordingPath else { return ModbusDriver(isReadOnly: context.isReadOnly) }
    let recorder = try WireRecorder(path: path, logger: context.logger)
    return ModbusDriver(isReadOnly: context.isReadOnly) { recorder.tap(of: $0) }
  }
}
