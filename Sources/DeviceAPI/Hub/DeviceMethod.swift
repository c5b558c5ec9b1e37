/// Something a device can be told to do by setting properties.
public struct DeviceMethod: Sendable, Hashable {
  /// The name, unique in the device.
  public var name: String
  /// What the method does, for people.
  public var description: String
  /// The properties the method sets.
  public var propertyNames: [String]

  /// A method from its parts.
  public init(name: String, description: String = "", propertyNames: [String] = []) {
    self.name = name
    self.description = description
    self.propertyNames = propertyNames
  }
}
