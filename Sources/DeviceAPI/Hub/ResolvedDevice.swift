public import JSON

/// A device and its model merged: what a mapper serves and an edge core keeps twins of.
///
/// A device chooses properties by listing them (v1alpha2 `propertyVisitors`, v1beta1 `properties`). Entries that carry
/// nothing but a desired value are no choice: a device with only such entries, or none, has all of its model's
/// properties.
public struct ResolvedDevice: Sendable, Hashable {
  /// `namespace/name`.
  public var id: String
  /// The namespace.
  public var namespace: String
  /// The name in the namespace.
  public var name: String
  /// The name of its model, in the same namespace.
  public var modelName: String
  /// The node whose mappers serve the device.
  public var nodeName: String?
  /// The protocol: the device's, else its model's.
  public var protocolName: String?
  /// How to reach the device: the model's object, overridden key by key by the device's.
  public var protocolConfig: JSONValue
  /// The properties, in the device's order when it lists them, else in the model's.
  public var properties: [ResolvedProperty]
  /// Names the device mentions that the model doesn't have.
  public var unknownProperties: [String]
  /// What the device can be told to do.
  public var methods: [DeviceMethod]

  /// Merges a device with its model.
  public init(device: Device, model: DeviceModel) {
    id = device.metadata.id
    namespace = device.metadata.namespace
    name = device.metadata.name
    modelName = model.metadata.name
    nodeName = device.spec.nodeName
    protocolName = device.spec.protocolName ?? model.spec.protocolName
    protocolConfig = model.spec.protocolConfig.overridden(by: device.spec.protocolConfig)
    methods = device.spec.methods

    var entries: [String: DeviceProperty] = [:]
    var order: [String] = []
    for entry in device.spec.properties where entries[entry.name] == nil {
      entries[entry.name] = entry
      order.append(entry.name)
    }
    var known: [String: ModelProperty] = [:]
    for property in model.spec.properties where known[property.name] == nil { known[property.name] = property }

    let names = device.spec.properties.contains(where: \.isListing) ? order : model.spec.properties.map(\.name)
    var seen: Set<String> = []
    properties = names.compactMap { name in
      guard seen.insert(name).inserted, let property = known[name] else { return nil }
      return ResolvedProperty(model: property, device: entries[name])
    }
    unknownProperties = order.filter { known[$0] == nil }
  }

  /// The property with this name.
  public func property(_ name: String) -> ResolvedProperty? { properties.first { $0.name == name } }
}
