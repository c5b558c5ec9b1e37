public import JSON

/// What devices of a model have in common, whatever version it was written in.
public struct DeviceModelSpec: Sendable, Hashable {
  /// The protocol of devices that don't name one.
  public var protocolName: String?
  /// The protocol configuration devices start from: an object.
  public var protocolConfig: JSONValue
  /// The properties.
  public var properties: [ModelProperty]

  /// A spec from its parts.
  public init(protocolName: String? = nil, protocolConfig: JSONValue = [:], properties: [ModelProperty] = []) {
    self.protocolName = protocolName
    self.protocolConfig = protocolConfig
    self.properties = properties
  }
}
