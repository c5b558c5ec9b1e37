import MapperTesting
import ModbusDriver

/// A driver with a flaw, and the device it is checked with.
struct FlawedUnderTest: DriverUnderTest {
  let flaw: Flaw

  var timeout: Duration { .milliseconds(SimulatedMeter.timeout) }
  /// A flaw that never ends costs this much.
  var grace: Duration { .seconds(2) }

  func makeDriver() -> FlawedDriver { FlawedDriver(flaw: flaw) }

  func startSimulator() throws -> SimulatedMeter { try SimulatedMeter() }
}
