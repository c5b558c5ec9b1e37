package import JSON
package import TwinProtocol

/// Which object of the API.
package struct ObjectKey: Sendable, Hashable, Comparable, CustomStringConvertible {
  package var kind: ObjectKind
  package var namespace: String
  package var name: String

  package init(kind: ObjectKind, namespace: String, name: String) {
    self.kind = kind
    self.namespace = namespace
    self.name = name
  }

  /// The device, if the object is one.
  package var deviceID: DeviceID? { kind == .device ? DeviceID(namespace: namespace, name: name) : nil }

  package var description: String { "\(kind.plural) \"\(namespace)/\(name)\"" }

  package static func < (left: ObjectKey, right: ObjectKey) -> Bool {
    (left.namespace, left.name) < (right.namespace, right.name)
  }
}

/// An object of the API as it was applied, with what the server adds.
package struct StoredObject: Sendable, Hashable {
  package var key: ObjectKey
  package var uid: String
  /// When it was made, in milliseconds since 1970.
  package var created: Int64
  package var generation: Int64
  /// The revision of what was applied; a status that moves doesn't count here.
  package var resourceVersion: Int64
  /// The version of the API it was applied in.
  package var version: ObjectVersion
  /// `metadata` as far as its author may write it, `spec`, and in v1alpha2 what is desired.
  package var content: JSONValue

  package init(
    key: ObjectKey, uid: String, created: Int64, generation: Int64, resourceVersion: Int64, version: ObjectVersion, content: JSONValue
  ) {
    self.key = key
    self.uid = uid
    self.created = created
    self.generation = generation
    self.resourceVersion = resourceVersion
    self.version = version
    self.content = content
  }

  /// The labels.
  package var labels: [String: String] {
    var labels: [String: String] = [:]
    for (key, value) in content.at("metadata", "labels")?.object ?? [:] { labels[key] = value.string }
    return labels
  }
}

/// An object as it is served: what was applied, and for a Device the twin at that revision.
package struct ServedObject: Sendable {
  package var stored: StoredObject
  package var twin: DeviceTwinState?
  /// The revision that clients see; it moves with the status too.
  package var resourceVersion: Int64
}
