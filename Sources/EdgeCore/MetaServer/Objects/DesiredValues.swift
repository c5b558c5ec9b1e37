package import DeviceAPI
package import JSON
import TwinProtocol

/// Finds the desired values that an object asks for.
package enum DesiredValues {
  /// The desired values, by property.
  ///
  /// In v1alpha2 they are `status.twins[].desired`, in v1beta1 `spec.properties[].desired`; there a client may set
  /// `status.twins[].desired` too, which counts where it differs from what is. A body without a status leaves those
  /// alone that the spec doesn't mention.
  package static func of(
    _ content: JSONValue, _ version: APIVersion, current: DeviceTwinState?
  ) -> [String: DeviceDeclaration.Desired] {
    let status = content.at("status", "twins")?.array.map { inList($0, named: "propertyName") }
    switch version {
    case .v1alpha2: return status ?? kept(current)
    case .v1beta1:
      let entries = content.at("spec", "properties")?.array ?? []
      let spec = inList(entries, named: "name")
      let mentioned = Set(entries.compactMap { $0["name"]?.string })
      var desired = status ?? kept(current)
      for name in mentioned {
        let isEdited = status?[name] != nil && status?[name]?.value != current?.properties[name]?.expected?.value
        if !isEdited { desired[name] = spec[name] }
      }
      return desired
    }
  }

  private static func inList(_ entries: [JSONValue], named key: String) -> [String: DeviceDeclaration.Desired] {
    var desired: [String: DeviceDeclaration.Desired] = [:]
    for entry in entries {
      guard let name = entry[key]?.string, let value = entry.at("desired", "value")?.string else { continue }
      var metadata: [String: String] = [:]
      for (key, value) in entry.at("desired", "metadata")?.object ?? [:] { metadata[key] = value.string }
      desired[name] = DeviceDeclaration.Desired(value: value, metadata: metadata)
    }
    return desired
  }

  /// The desired values that a twin has.
  package static func kept(_ twin: DeviceTwinState?) -> [String: DeviceDeclaration.Desired] {
    (twin?.properties ?? [:]).compactMapValues { property in
      property.expected.map { DeviceDeclaration.Desired(value: $0.value, metadata: property.expectedMetadata) }
    }
  }
}

extension DeviceDeclaration.Desired {
  /// The value as it stands in an object; its timestamp is the server's.
  var json: JSONValue {
    var json: JSONValue = ["value": .string(value)]
    let metadata = JSONObject(metadata.filter { $0.key != "timestamp" }.map { ($0.key, JSONValue.string($0.value)) })
    if !metadata.isEmpty { json["metadata"] = .object(metadata) }
    return json
  }
}
