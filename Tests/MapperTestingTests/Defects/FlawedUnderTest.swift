import MapperTesting
import ModbusDriver

/// A driver with a flaw, and the device it is checked with.
struct FlawedUnderTest: DriverUnderTest {
  let flaw: Flaw

  var timeout: Duration { .milliseconds(SimulatedMeter.timeout) }
  /// What blocks Swift's threads stops all other tests of the process, so not for long.
  var grace: Duration { flaw == .blocksSwiftsThreads ? .seconds(1) : .seconds(5) }

  func makeDriver() -> FlawedDriver { FlawedDriver(flaw: flaw) }

  func startSimulator() throws -> SimulatedMeter { try SimulatedMeter() }
}
