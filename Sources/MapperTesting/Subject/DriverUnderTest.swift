public import MapperSDK

/// Names a driver that is to be checked, and how to start the device it is checked with.
public protocol DriverUnderTest: Sendable {
  /// The driver.
  associatedtype Driver: DeviceDriver
  /// The device it is checked with.
  associatedtype Simulator: DeviceSimulator

  /// Makes the driver.
  func makeDriver() throws -> Driver

  /// Starts a device. Checks may start several at a time: each needs a port or a folder of its own.
  ///
  /// - Throws: ``NotSimulated`` when there can be no further one; then checks that need several can't apply.
  func startSimulator() async throws -> Simulator

  /// How long the driver waits for a device that is silent before it gives up, as the simulator's `protocolConfig` says;
  /// one second unless given. For a read or write that takes several waits it is their sum.
  var timeout: Duration { get }

  /// How much longer than ``timeout`` anything may take before a check calls it stuck: five seconds unless given. It is so
  /// much because machines that run tests are slow at times; no check measures how fast a driver is.
  var grace: Duration { get }

  /// Checks that can't apply, each with the reason, as a sentence; none unless given.
  ///
  /// A check that could apply mustn't be exempt: ``Conformance/run(_:)`` says so.
  var exemptions: [ConformanceCheck: String] { get }
}

extension DriverUnderTest {
  /// One second.
  public var timeout: Duration { .seconds(1) }
  /// Five seconds.
  public var grace: Duration { .seconds(5) }
  /// None.
  public var exemptions: [ConformanceCheck: String] { [:] }
}
