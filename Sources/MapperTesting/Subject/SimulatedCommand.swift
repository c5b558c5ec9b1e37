public import MapperSDK

/// A command of a driver, and what shows that a simulated device did it.
public struct SimulatedCommand: Sendable, Hashable {
  /// The command.
  public var command: DeviceCommand
  /// The property it is carried out on.
  public var property: String
  /// What the device has then, in the end, by the properties' names.
  public var results: [String: String]

  /// A command.
  ///
  /// - Parameters:
  ///   - name: Its name in the driver's schema.
  ///   - argument: What it is given, as text.
  ///   - property: The property it is carried out on.
  ///   - results: What the device has then, in the end, as text by the properties' names: something else than before.
  public init(_ name: String, argument: String = "", on property: String, results: [String: String]) {
    command = DeviceCommand(name: name, argument: argument)
    self.property = property
    self.results = results
  }
}
