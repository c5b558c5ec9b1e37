/// One property of one device as a driver sees it.
///
/// It carries its device's protocol configuration, so that many devices can share a connection.
public struct DevicePoint<ProtocolConfig: Sendable, Visitor: Sendable>: Sendable {
  /// The device.
  public let device: DeviceName
  /// The property's name.
  public let property: String
  /// The device's `spec.protocol.configData`.
  public let config: ProtocolConfig
  /// The property's `visitors.configData`.
  public let visitor: Visitor
  /// The type of value that is expected; a driver may give another, the framework converts it where that loses nothing.
  public let type: ValueType
  /// Whether the model allows writing.
  public let isWritable: Bool
  /// The model's limits and unit.
  public let limits: Limits

  /// A point.
  public init(
    device: DeviceName, property: String, config: ProtocolConfig, visitor: Visitor, type: ValueType, isWritable: Bool,
    limits: Limits = Limits()
  ) {
    self.device = device
    self.property = property
    self.config = config
    self.visitor = visitor
    self.type = type
    self.isWritable = isWritable
    self.limits = limits
  }
}
