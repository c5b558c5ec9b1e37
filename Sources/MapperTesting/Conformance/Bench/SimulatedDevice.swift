internal import JSON
internal import MapperSDK

/// A Device and its DeviceModel for a simulated device.
struct SimulatedDevice: Sendable {
  var name: DeviceName
  var config: JSONValue
  var properties: [SimulatedProperty]
  /// How often each property is read, in milliseconds.
  var cycle: Int64
  let protocolName: String

  /// Both objects, as text.
  var text: String {
    let items: JSONValue = ["apiVersion": "v1", "kind": "List", "items": [model, device]]
    return items.text
  }

  var model: JSONValue {
    object(
      "DeviceModel", "\(name.name)-model",
      [
        "protocol": .string(protocolName),
        "properties": .array(
          properties.map {
            [
              "name": .string($0.name), "type": .string($0.type.rawValue.uppercased()),
              "accessMode": $0.isWritable ? "ReadWrite" : "ReadOnly",
            ]
          }),
      ])
  }

  var device: JSONValue {
    object(
      "Device", name.name,
      [
        "deviceModelRef": ["name": .string("\(name.name)-model")], "nodeName": "node",
        "protocol": ["protocolName": .string(protocolName), "configData": config],
        "properties": .array(
          properties.map {
            [
              "name": .string($0.name), "collectCycle": JSONValue(cycle), "reportCycle": JSONValue(cycle),
              "visitors": ["protocolName": .string(protocolName), "configData": $0.visitor],
            ]
          }),
      ])
  }

  private func object(_ kind: String, _ name: String, _ spec: JSONValue) -> JSONValue {
    [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": .string(kind),
      "metadata": ["name": .string(name), "namespace": .string(self.name.namespace)], "spec": spec,
    ]
  }
}
