public import JSON

/// What a device should be, whatever version it was written in.
public struct DeviceSpec: Sendable, Hashable {
  /// The name of the model, in the device's namespace.
  public var modelName: String?
  /// The node whose mappers serve the device.
  public var nodeName: String?
  /// The protocol the device speaks; its model's when `nil`.
  public var protocolName: String?
  /// How to reach the device: an object the protocol's driver understands.
  public var protocolConfig: JSONValue
  /// What the device says about its model's properties.
  public var properties: [DeviceProperty]
  /// What the device can be told to do.
  public var methods: [DeviceMethod]

  /// A spec from its parts.
  public init(
    modelName: String? = nil, nodeName: String? = nil, protocolName: String? = nil, protocolConfig: JSONValue = [:],
    properties: [DeviceProperty] = [], methods: [DeviceMethod] = []
  ) {
    self.modelName = modelName
    self.nodeName = nodeName
    self.protocolName = protocolName
    self.protocolConfig = protocolConfig
    self.properties = properties
    self.methods = methods
  }
}
