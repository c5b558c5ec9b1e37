import DeviceAPI
package import JSON
import TwinProtocol

/// How an object looks to a client: converted to the version asked for, with what the server adds.
package enum ObjectView {
  /// The whole object.
  ///
  /// - Parameter kind: The kind to show it as: a Device's twin is a DeviceStatus too.
  package static func json(_ object: ServedObject, in version: ObjectVersion, as kind: ObjectKind? = nil) -> JSONValue {
    let stored = object.stored
    if let kind, kind == .deviceStatus, stored.key.kind != kind { return deviceStatus(object, in: version) }
    var view = version.devices.flatMap { try? convert(stored.content, to: $0) } ?? stored.content
    view["apiVersion"] = .string(version.groupVersion)
    view["kind"] = .string(stored.key.kind.rawValue)
    if stored.key.kind == .device {
      view["status"] = nil
      if let twin = object.twin, let version = version.devices {
        if version == .v1beta1 { overlayDesired(twin, on: &view) }
        view["status"] = status(twin, in: version, generation: stored.generation)
      }
    }
    view["metadata"] = metadata(object, view["metadata"] ?? [:])
    return view
  }

  /// Only what an object has whatever its kind, as `PartialObjectMetadata`.
  package static func partial(_ object: ServedObject, in version: ObjectVersion, as kind: ObjectKind, _ format: String) -> JSONValue {
    ["kind": "PartialObjectMetadata", "apiVersion": .string(format), "metadata": json(object, in: version, as: kind)["metadata"] ?? [:]]
  }

  private static func metadata(_ object: ServedObject, _ applied: JSONValue) -> JSONValue {
    let stored = object.stored
    var metadata = applied
    metadata["name"] = .string(stored.key.name)
    if stored.key.kind.isNamespaced { metadata["namespace"] = .string(stored.key.namespace) }
    metadata["uid"] = .string(stored.uid)
    // A rehearsed write has none.
    if object.resourceVersion > 0 { metadata["resourceVersion"] = .string(String(object.resourceVersion)) }
    if stored.key.kind.hasGeneration { metadata["generation"] = JSONValue(stored.generation) }
    metadata["creationTimestamp"] = .string(Timestamp.rfc3339(stored.created))
    if let deletion = stored.deletion {
      metadata["deletionTimestamp"] = .string(Timestamp.rfc3339(deletion.time))
      metadata["deletionGracePeriodSeconds"] = JSONValue(deletion.gracePeriodSeconds)
    }
    if !stored.managed.isEmpty { metadata["managedFields"] = stored.managed.json }
    return metadata
  }

  /// What was reported of a Device, as KubeEdge from 1.23 keeps it apart.
  private static func deviceStatus(_ object: ServedObject, in version: ObjectVersion) -> JSONValue {
    let stored = object.stored
    let owner: JSONValue = [
      "apiVersion": .string(version.groupVersion), "kind": .string(stored.key.kind.rawValue), "name": .string(stored.key.name),
      "uid": .string(stored.uid), "controller": true, "blockOwnerDeletion": true,
    ]
    var status: JSONValue = [:]
    if let twin = object.twin {
      let twins = twin.properties.sorted { $0.key < $1.key }.map { name, property in
        var entry: JSONValue = ["propertyName": .string(name)]
        entry["observedDesired"] = property.expected.map { desired($0, property) }
        entry["reported"] = property.actual.map { reported($0, property) }
        return entry
      }
      status["twins"] = .array(twins)
      status["state"] = twin.state.map(JSONValue.string)
      status["lastOnlineTime"] = twin.lastOnline.map { .string(Timestamp.rfc3339($0)) }
    }
    return [
      "apiVersion": .string(version.groupVersion), "kind": .string(ObjectKind.deviceStatus.rawValue),
      "metadata": [
        "name": .string(stored.key.name), "namespace": .string(stored.key.namespace), "uid": .string("\(stored.uid)-status"),
        "resourceVersion": .string(String(object.resourceVersion)), "creationTimestamp": .string(Timestamp.rfc3339(stored.created)),
        "ownerReferences": [owner],
      ],
      "status": status,
    ]
  }

  /// The desired values of the spec are DeviceTwin's: an application may have set them over MQTT since the object was applied.
  private static func overlayDesired(_ twin: DeviceTwinState, on view: inout JSONValue) {
    guard let properties = view.at("spec", "properties")?.array else { return }
    let overlaid = properties.map { entry -> JSONValue in
      guard let name = entry["name"]?.string, let property = twin.properties[name] else { return entry }
      var entry = entry
      // Without the time, which the server adds: what was applied reads as it was applied.
      entry["desired"] = property.expected.map { desired(TwinProtocol.TwinValue($0.value), property) }
      return entry
    }
    view["spec"]?["properties"] = .array(overlaid)
  }

  private static func status(_ twin: DeviceTwinState, in version: APIVersion, generation: Int64) -> JSONValue {
    let twins = twin.properties.sorted { $0.key < $1.key }.map { name, property in
      var entry: JSONValue = ["propertyName": .string(name)]
      entry["desired"] = property.expected.map { desired($0, property) }
      entry["reported"] = property.actual.map { reported($0, property) }
      if version == .v1beta1, let written = property.written, written.error == nil, written.timestamp == property.expected?.timestamp {
        entry["observedDesired"] = property.wish.map { desired($0, property) }
      }
      return entry
    }
    var status: JSONValue = ["twins": .array(twins)]
    guard version == .v1beta1 else { return status }
    status["state"] = twin.state.map(JSONValue.string)
    status["lastOnlineTime"] = twin.lastOnline.map { .string(Timestamp.rfc3339($0)) }
    status["observedGeneration"] = JSONValue(generation)
    status["conditions"] = .array(
      twin.conditions.map { condition in
        [
          "type": .string(condition.type), "status": .string(condition.status), "reason": .string(condition.reason),
          "message": .string(condition.message), "observedGeneration": JSONValue(generation),
          "lastTransitionTime": .string(Timestamp.rfc3339(condition.lastTransition)),
        ]
      })
    return status
  }

  /// A desired value as it was applied, and its timestamp where it wishes something.
  private static func desired(_ value: TwinProtocol.TwinValue, _ property: TwinProperty) -> JSONValue {
    var metadata = JSONObject(property.expectedMetadata.map { ($0.key, JSONValue.string($0.value)) })
    if !value.value.isEmpty { metadata["timestamp"] = value.timestamp.map { .string(String($0)) } }
    var desired: JSONValue = ["value": .string(value.value)]
    if !metadata.isEmpty { desired["metadata"] = .object(metadata) }
    return desired
  }

  private static func reported(_ value: TwinProtocol.TwinValue, _ property: TwinProperty) -> JSONValue {
    var metadata: JSONValue = ["type": .string(property.type)]
    metadata["timestamp"] = value.timestamp.map { .string(String($0)) }
    metadata["quality"] = value.quality.map(JSONValue.string)
    metadata["reason"] = value.reason.map(JSONValue.string)
    return ["metadata": metadata, "value": .string(value.value)]
  }
}
