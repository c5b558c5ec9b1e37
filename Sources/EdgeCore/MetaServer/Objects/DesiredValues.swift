package import DeviceAPI
package import JSON
import TwinProtocol

/// Finds the desired values that an object asks for.
///
/// They stand in `spec.properties[].desired` (v1beta1) and in `status.twins[].desired` (both versions), and come from
/// several hands: who applies a file, who patches a property, an application over MQTT. So a value that a body doesn't
/// mention is only removed when its author means that: it left the place it stood in, or, with `kubectl apply`, the
/// file that was applied last had it.
package struct DesiredValues: Sendable {
  /// Where a desired value may stand.
  private enum Place {
    case spec
    case status
  }

  /// The object before the write as the writer saw it; `nil` when it is made.
  let before: JSONValue?
  /// The object as the writer wants it.
  let after: JSONValue
  let version: APIVersion
  /// The twin before the write.
  let twin: DeviceTwinState?
  /// Whether the write is one of `kubectl apply`, which replaces whole lists by those of a file.
  let isApply: Bool
  /// Whether the object as wanted is all there is to be: what isn't in it is meant to go.
  let isExact: Bool

  package init(
    before: JSONValue?, after: JSONValue, version: APIVersion, twin: DeviceTwinState?, isApply: Bool, isExact: Bool = false
  ) {
    self.isExact = isExact
    self.before = before
    self.after = after
    self.version = version
    self.twin = twin
    self.isApply = isApply
  }

  /// The desired values after the write, by property.
  package var values: [String: DeviceDeclaration.Desired] {
    var values = twin.map(Self.kept) ?? [:]
    let places: [Place] = version == .v1beta1 ? [.spec, .status] : [.status]
    var edits: [String: DeviceDeclaration.Desired] = [:]
    for place in places {
      let known = before.map { Self.desired(in: $0, place) } ?? [:]
      let wanted = Self.desired(in: after, place)
      remove(from: &values, place, known, wanted)
      for (name, desired) in wanted where Self.isEdit(desired, of: known[name]) { edits[name] = desired }
    }
    // An edit wins over what only came along: a v1beta1 body holds each value twice.
    for place in places {
      for (name, desired) in Self.desired(in: after, place) where edits[name] == nil && values[name] != nil { values[name] = desired }
    }
    return values.merging(edits) { $1 }
  }

  private static func isEdit(_ desired: DeviceDeclaration.Desired, of known: DeviceDeclaration.Desired?) -> Bool {
    known?.value != desired.value || known?.timestamp != desired.timestamp && desired.timestamp != nil
  }

  private func remove(
    from values: inout [String: DeviceDeclaration.Desired], _ place: Place, _ known: [String: DeviceDeclaration.Desired],
    _ now: [String: DeviceDeclaration.Desired]
  ) {
    guard before != nil else { return }
    let listed = Set(Self.entries(of: after, place).map(\.name))
    let applied = isApply ? lastApplied : []
    for name in known.keys where now[name] == nil {
      switch place {
      case _ where isApply: if applied.contains(name) { values[name] = nil }
      case .spec: values[name] = nil
      // The status is the server's list: what isn't mentioned there is only not mentioned.
      case .status: if listed.contains(name) || isExact { values[name] = nil }
      }
    }
  }

  /// Properties for which the file that was applied before this write had a desired value.
  private var lastApplied: Set<String> {
    guard let text = before?.at("metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration")?.string,
      let file = try? JSONValue(parsing: text)
    else { return [] }
    return Set(Self.desired(in: file, .spec).keys).union(Self.desired(in: file, .status).keys)
  }

  private static func entries(of object: JSONValue, _ place: Place) -> [(name: String, entry: JSONValue)] {
    let list: JSONValue?
    let key: String
    switch place {
    case .spec: (list, key) = (object.at("spec", "properties"), "name")
    case .status: (list, key) = (object.at("status", "twins"), "propertyName")
    }
    return (list?.array ?? []).compactMap { entry in entry[key]?.string.map { ($0, entry) } }
  }

  private static func desired(in object: JSONValue, _ place: Place) -> [String: DeviceDeclaration.Desired] {
    var desired: [String: DeviceDeclaration.Desired] = [:]
    for (name, entry) in entries(of: object, place) {
      guard let value = entry.at("desired", "value")?.string else { continue }
      var metadata: [String: String] = [:]
      for (key, value) in entry.at("desired", "metadata")?.object ?? [:] { metadata[key] = value.string }
      desired[name] = DeviceDeclaration.Desired(value: value, metadata: metadata)
    }
    return desired
  }

  /// The desired values that a twin has.
  package static func kept(_ twin: DeviceTwinState) -> [String: DeviceDeclaration.Desired] {
    twin.properties.compactMapValues { property in
      property.expected.map { DeviceDeclaration.Desired(value: $0.value, metadata: property.expectedMetadata) }
    }
  }

  /// What is wrong with the desired values, each with the field it stands in.
  ///
  /// - Parameter declaration: What the Device and its model say; without the model nothing is known but sizes.
  func errors(_ values: [String: DeviceDeclaration.Desired], _ declaration: DeviceDeclaration) -> [FieldError] {
    values.sorted { $0.key < $1.key }.compactMap { name, desired in
      // What is wished already was accepted before, perhaps before the model came.
      guard !desired.value.isEmpty, twin?.properties[name]?.expected?.value != desired.value else { return nil }
      guard let property = declaration.properties[name] else {
        return FieldError(
          path: path(of: name), kind: .notFound, value: name,
          detail: "the model \"\(declaration.modelName ?? "")\" has no property \"\(name)\"")
      }
      guard property.isWritable else {
        return FieldError(path: path(of: name), kind: .invalid, value: desired.value, detail: "\(name) is read-only")
      }
      return TwinValueRules.problem(inValue: desired.value, of: property).map {
        FieldError(path: path(of: name), kind: .invalid, value: String(desired.value.prefix(64)), detail: $0)
      }
    }
  }

  private func path(of name: String) -> String {
    for (place, list) in [(Place.spec, "spec.properties"), (.status, "status.twins")] {
      if let index = Self.entries(of: after, place).firstIndex(where: { $0.name == name && $0.entry["desired"] != nil }) {
        return "\(list)[\(index)].desired.value"
      }
    }
    return "spec.properties"
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
