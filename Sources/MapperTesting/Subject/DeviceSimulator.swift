public import MapperSDK

/// A device to test a driver with: simulated, or a real one that can be told what to do.
///
/// It should share no code with the driver, so that the two can't be wrong together. Several may be started at once; each has
/// a bus of its own.
public protocol DeviceSimulator: Sendable {
  /// `spec.protocol.configData` that reaches it. Timeouts in it should be short, some 200 ms: checks wait for them.
  var protocolConfig: JSONValue { get }

  /// What it has, two properties at least, so that it shows when one is taken for another.
  var properties: [SimulatedProperty] { get }

  /// What its driver's commands do to it, at least one of each in the driver's schema; none unless given.
  var commands: [SimulatedCommand] { get }

  /// What the device itself has, as text.
  ///
  /// - Throws: ``NotSimulated`` when it can't tell.
  func value(of property: String) async throws -> String

  /// Lets the device change by itself, as a sensor does.
  ///
  /// - Throws: ``NotSimulated`` when it can't.
  func set(_ text: String, of property: String) async throws

  /// Lets something go wrong from now on, instead of what went wrong before; `nil`: nothing any more.
  ///
  /// - Throws: ``NotSimulated`` when it can't.
  func inject(_ fault: DeviceFault?) async throws

  /// Ends it, whatever goes on.
  func stop() async
}

extension DeviceSimulator {
  /// None.
  public var commands: [SimulatedCommand] { [] }
}
