/// Something a device does on demand that is more than setting a value: a pulse, for instance.
public struct DeviceCommand: Sendable, Hashable {
  /// Its name, one of those in ``DriverSchema/commands``.
  public var name: String
  /// What it is given, as text; empty when nothing is.
  public var argument: String

  /// A command.
  public init(name: String, argument: String = "") {
    self.name = name
    self.argument = argument
  }
}
