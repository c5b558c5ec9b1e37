import JSON

/// The free-form configurations of an object as it was written, with their paths.
struct ConfigurationList {
  private(set) var configurations: [(path: String, config: JSONValue)] = []

  /// Those of a Device.
  init(_ device: JSONValue, _ version: APIVersion) {
    switch version {
    case .v1beta1:
      add(device, "spec", ["protocol", "configData"])
      for (index, property) in (device.at("spec", "properties")?.array ?? []).enumerated() {
        add(property, at: "spec.properties[\(index)]", ["visitors", "configData"])
      }
    case .v1alpha2:
      add(device, "spec", ["protocol", "customizedProtocol", "configData"])
      add(device, "spec", ["protocol", "common", "customizedValues"])
      for (index, visitor) in (device.at("spec", "propertyVisitors")?.array ?? []).enumerated() {
        add(visitor, at: "spec.propertyVisitors[\(index)]", ["customizedProtocol", "configData"])
        add(visitor, at: "spec.propertyVisitors[\(index)]", ["customizedValues"])
      }
    }
  }

  /// Those of a DeviceModel in v1beta1; v1alpha2 has none.
  init(model: JSONValue) {
    add(model, "spec", ["protocolConfigData"])
    for (index, property) in (model.at("spec", "properties")?.array ?? []).enumerated() {
      add(property, at: "spec.properties[\(index)]", ["visitors", "configData"])
    }
  }

  private mutating func add(_ object: JSONValue, _ root: String, _ steps: [String]) {
    add(object[root] ?? .null, at: root, steps)
  }

  private mutating func add(_ value: JSONValue, at path: String, _ steps: [String]) {
    let found = steps.reduce(Optional(value)) { $0?[$1] }
    if let found, found.object != nil { configurations.append(("\(path).\(steps.joined(separator: "."))", found)) }
  }
}
