import DeviceAPI
package import JSON
import TwinProtocol

/// How an object looks to a client: converted to the version asked for, with what the server adds.
package enum ObjectView {
  /// The whole object.
  package static func json(_ object: ServedObject, in version: ObjectVersion) -> JSONValue {
    let stored = object.stored
    var view = version.devices.flatMap { try? convert(stored.content, to: $0) } ?? stored.content
    view["apiVersion"] = .string(version.groupVersion)
    view["kind"] = .string(stored.key.kind.rawValue)
    view["status"] = nil
    if let twin = object.twin, let version = version.devices {
      if version == .v1beta1 { overlayDesired(twin, on: &view) }
      view["status"] = status(twin, in: version)
    }
    var metadata = view["metadata"] ?? [:]
    metadata["name"] = .string(stored.key.name)
    metadata["namespace"] = .string(stored.key.namespace)
    metadata["uid"] = .string(stored.uid)
    metadata["resourceVersion"] = .string(String(object.resourceVersion))
    if stored.key.kind != .event { metadata["generation"] = JSONValue(stored.generation) }
    metadata["creationTimestamp"] = .string(Timestamp.rfc3339(stored.created))
    view["metadata"] = metadata
    return view
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

  private static func status(_ twin: DeviceTwinState, in version: APIVersion) -> JSONValue {
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
    status["conditions"] = .array(
      twin.conditions.map { condition in
        [
          "type": .string(condition.type), "status": .string(condition.status), "reason": .string(condition.reason),
          "message": .string(condition.message), "lastTransitionTime": .string(Timestamp.rfc3339(condition.lastTransition)),
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
