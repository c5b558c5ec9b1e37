import JSON

/// A column that `kubectl get` prints of objects in a cluster, which finds its text by a JSONPath.
struct CRDColumn {
  let name: String
  let type: String
  let path: String
  let description: String
  let isWide: Bool

  init(_ name: String, type: String = "string", _ path: String, isWide: Bool = false, _ description: String) {
    self.name = name
    self.type = type
    self.path = path
    self.description = description
    self.isWide = isWide
  }

  var json: JSONValue {
    var json: JSONValue = [
      "name": .string(name), "type": .string(type), "jsonPath": .string(path), "description": .string(description),
    ]
    if isWide { json["priority"] = 1 }
    return json
  }

  static func columns(_ kind: ResourceKind, _ version: APIVersion) -> [CRDColumn] {
    let age = CRDColumn("Age", type: "date", ".metadata.creationTimestamp", "How long the object exists.")
    let state = [
      CRDColumn("State", ".status.state", "The state the mapper told last."),
      CRDColumn("Last-Seen", type: "date", ".status.lastOnlineTime", "When the device was last reached."),
    ]
    let model = CRDColumn("Model", ".spec.deviceModelRef.name", isWide: true, "The DeviceModel that says what the device has.")
    let synced = CRDColumn(
      "Synced", #".status.conditions[?(@.type=="Synced")].status"#, "Whether the device reports what is desired.")
    switch (kind, version) {
    case (.device, .v1alpha2):
      // Which protocol it is shows only in the name of a field, which no path can print.
      return [
        CRDColumn(
          "Node", ".spec.nodeSelector.nodeSelectorTerms[0].matchExpressions[0].values[0]", "The node whose mapper serves the device."),
        state[0], synced, state[1], age, model,
      ]
    case (.device, .v1beta1):
      return [
        CRDColumn("Node", ".spec.nodeName", "The node whose mapper serves the device."),
        CRDColumn("Protocol", ".spec.protocol.protocolName", "The protocol the device speaks, when it is not its model that says it."),
        state[0], synced, state[1], age, model,
      ]
    case (.deviceModel, _): return [CRDColumn("Protocol", ".spec.protocol", "The protocol that devices of the model speak."), age]
    case (.deviceStatus, _): return state + [age]
    }
  }
}
