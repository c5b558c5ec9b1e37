/// One property of one device as a driver sees it.
///
/// It carries its device's protocol configuration, so that many devices can share a connection. A mapper may have hundreds of
/// thousands of points, each in several places: so what they say is stored once, for all devices that say it alike, and copies
/// of a point are references to it.
public struct DevicePoint<ProtocolConfig: Sendable, Visitor: Sendable>: Sendable {
  /// What the points of a device have in common.
  package final class Owner: Sendable {
    let device: DeviceName
    let config: ProtocolConfig

    /// A device.
    package init(device: DeviceName, config: ProtocolConfig) {
      self.device = device
      self.config = config
    }
  }

  /// What the points of devices that are alike have in common.
  private final class Meaning: Sendable {
    let property: String
    let visitor: Visitor
    let type: ValueType
    let isWritable: Bool
    let limits: Limits

    init(property: String, visitor: Visitor, type: ValueType, isWritable: Bool, limits: Limits) {
      self.property = property
      self.visitor = visitor
      self.type = type
      self.isWritable = isWritable
      self.limits = limits
    }
  }

  private let owner: Owner
  private let meaning: Meaning

  /// The device.
  public var device: DeviceName { owner.device }
  /// The property's name.
  public var property: String { meaning.property }
  /// The device's `spec.protocol.configData`.
  public var config: ProtocolConfig { owner.config }
  /// The property's `visitors.configData`.
  public var visitor: Visitor { meaning.visitor }
  /// The type of value that is expected; a driver may give another, the framework converts it where that loses nothing.
  public var type: ValueType { meaning.type }
  /// Whether the model allows writing.
  public var isWritable: Bool { meaning.isWritable }
  /// The model's limits and unit.
  public var limits: Limits { meaning.limits }

  /// A point.
  public init(
    device: DeviceName, property: String, config: ProtocolConfig, visitor: Visitor, type: ValueType, isWritable: Bool,
    limits: Limits = Limits()
  ) {
    self.init(
      owner: Owner(device: device, config: config), property: property, visitor: visitor, type: type, isWritable: isWritable,
      limits: limits)
  }

  /// A point of a device that has others.
  package init(
    owner: Owner, property: String, visitor: Visitor, type: ValueType, isWritable: Bool, limits: Limits
  ) {
    self.owner = owner
    meaning = Meaning(property: property, visitor: visitor, type: type, isWritable: isWritable, limits: limits)
  }

  /// The same property of another device, which says the same of it.
  package init(owner: Owner, like other: DevicePoint) {
    self.owner = owner
    meaning = other.meaning
  }
}
