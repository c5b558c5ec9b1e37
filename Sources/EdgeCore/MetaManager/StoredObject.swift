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
  /// Who set which fields.
  package var managed = ManagedFields()
  /// When its deletion was asked for, while somebody has to agree to it.
  package var deletion: Deletion?

  /// A deletion that was asked for.
  package struct Deletion: Sendable, Hashable {
    /// In milliseconds since 1970.
    package var time: Int64
    package var gracePeriodSeconds: Int64 = 0
  }

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

  /// Who has to agree before the object is gone.
  package var finalizers: [String] { (content.at("metadata", "finalizers")?.array ?? []).compactMap(\.string) }

  /// The identities of the objects this one belongs to.
  package var owners: [String] { (content.at("metadata", "ownerReferences")?.array ?? []).compactMap { $0["uid"]?.string } }

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
