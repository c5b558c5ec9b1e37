import MapperSDK
import MapperTesting
import ModbusDriver
import ModbusSimulator

/// The Modbus driver over TCP, with the simulator's own faults.
struct ModbusUnderTest: DriverUnderTest {
  var timeout: Duration { .milliseconds(SimulatedMeter.timeout) }

  func makeDriver() -> ModbusDriver { ModbusDriver() }

  func startSimulator() throws -> SimulatedMeter { try SimulatedMeter() }

  var exemptions: [ConformanceCheck: String] { Self.exemptions }

  static var exemptions: [ConformanceCheck: String] {
    var exemptions: [ConformanceCheck: String] = [.commandsAreCarriedOut: "Modbus devices have no commands"]
    for check in ConformanceCheck.all(in: .events) { exemptions[check] = "Modbus slaves speak when they are asked" }
    return exemptions
  }
}
