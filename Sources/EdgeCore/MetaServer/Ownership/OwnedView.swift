import DeviceAPI
import JSON

/// What of an object clients can own: what they write, without what the server adds.
struct OwnedView {
  let kind: ObjectKind
  let version: ObjectVersion
  /// Whether the status alone is written.
  var isStatus = false

  private static let serverMetadata = [
    "name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
    "selfLink", "managedFields",
  ]

  func stripped(_ object: JSONValue) -> JSONValue {
    var object = object
    object["apiVersion"] = nil
    object["kind"] = nil
    if isStatus { return object["status"].map { ["status": $0] } ?? [:] }
    if var metadata = object["metadata"], metadata.object != nil {
      for field in Self.serverMetadata { metadata[field] = nil }
      object["metadata"] = metadata == [:] ? nil : metadata
    } else {
      object["metadata"] = nil
    }
    if kind == .namespace { object["spec"] = nil }
    if kind == .device, version == .v1alpha2 {
      let twins = (object.at("status", "twins")?.array ?? []).compactMap { Self.wish($0) }
      object["status"] = twins.isEmpty ? nil : ["twins": .array(twins)]
    } else if kind.hasStatus(in: version) {
      object["status"] = nil
    }
    return object
  }

  /// What of a twin its user writes.
  private static func wish(_ twin: JSONValue) -> JSONValue? {
    guard let name = twin["propertyName"], var desired = twin["desired"], desired.object != nil else { return nil }
    desired["metadata"]?["timestamp"] = nil
    if desired["metadata"] == [:] { desired["metadata"] = nil }
    return ["propertyName": name, "desired": desired]
  }

  /// An object that has these fields of its own, and the server's as they were.
  func restored(_ owned: JSONValue, in object: JSONValue) -> JSONValue {
    if isStatus {
      var object = object
      object["status"] = owned["status"]
      return object
    }
    var restored = owned
    var metadata = owned["metadata"] ?? [:]
    for field in Self.serverMetadata where field != "managedFields" { metadata[field] = object.at("metadata", field) }
    restored["metadata"] = metadata
    if kind.hasStatus(in: version) { restored["status"] = object["status"] }
    return restored
  }

  /// The same in another version of the kind.
  var converter: FieldManager.Converter {
    { object, from, to in
      guard let target = kind.versions.first(where: { $0.groupVersion == to }), let schema = kind.definition.schemas[target] else {
        return nil
      }
      guard from != to, kind.resource != nil, let version = target.devices else { return (object, schema) }
      var whole = object
      whole["apiVersion"] = .string(from)
      whole["kind"] = .string(kind.rawValue)
      guard let converted = try? convert(whole, to: version) else { return nil }
      return (OwnedView(kind: kind, version: target).stripped(converted), schema)
    }
  }
}
