import MapperSDK
import MapperTesting
import ModbusDriver
import ModbusSimulator

/// The Modbus driver over TCP, with the simulator's own faults.
struct ModbusUnderTest: DriverUnderTest {
  var timeout: Duration { .milliseconds(SimulatedMeter.timeout) }

  func makeDriver() -> ModbusDriver { ModbusDriver() }

  func startSimulator() throws -> SimulatedMeter { try SimulatedMeter() }
}
