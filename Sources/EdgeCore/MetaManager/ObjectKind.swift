package import DeviceAPI

/// A kind of object that the server keeps, known by its definition.
package struct ObjectKind: Sendable, Hashable {
  package let definition: ResourceDefinition

  package init(_ definition: ResourceDefinition) { self.definition = definition }

  package static func == (left: ObjectKind, right: ObjectKind) -> Bool { left.definition === right.definition }

  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(definition)) }

  /// The kind's name: `Device`.
  package var rawValue: String { definition.kind }
  /// The API group; empty for the core group.
  package var group: String { definition.group }
  /// The name in URLs.
  package var plural: String { definition.plural }
  /// The name of one object in commands.
  package var singular: String { definition.singular }
  /// Further names in commands.
  package var shortNames: [String] { definition.shortNames }
  /// Whether objects belong to a namespace, or to all.
  package var isNamespaced: Bool { definition.isNamespaced }
  /// The versions this kind is served in, the preferred one first.
  package var versions: [ObjectVersion] { definition.versions }
  /// The fields that a field selector may name besides the name and the namespace.
  package var selectableFields: [String] { definition.selectableFields }

  /// The plural with the group, as refusals name it: `devices.devices.kubeedge.io`, `events`.
  package var qualifiedPlural: String { group.isEmpty ? plural : "\(plural).\(group)" }

  /// The kind with the group: `Device.devices.kubeedge.io`, `Event`.
  package var qualifiedName: String { group.isEmpty ? rawValue : "\(rawValue).\(group)" }

  /// The kind of a list of these objects.
  package var listKind: String { rawValue + "List" }

  /// The kind in the group `devices.kubeedge.io` as DeviceAPI knows it; `nil` for another.
  package var resource: ResourceKind? { group == APIVersion.group ? ResourceKind(rawValue: rawValue) : nil }

  /// Whether the status is a subresource in a version.
  package func hasStatus(in version: ObjectVersion) -> Bool { definition.statusVersions.contains(version) }

  /// Whether the server counts the changes of what an object asks for.
  package var hasGeneration: Bool { !group.isEmpty }

  /// The kind whose objects these are made of.
  package var source: ObjectKind { self == .deviceStatus ? .device : self }

  /// What is served below an object in a version.
  package func subresources(in version: ObjectVersion) -> [String] {
    (hasStatus(in: version) ? ["status"] : []) + (self == .device ? [DeviceHistory.subresource] : [])
  }
}

extension ObjectKind {
  /// The kinds that edgecore serves.
  package static let served: [ObjectKind] = [.device, .deviceModel, .deviceStatus, .event, .namespace, .node, .configMap, .secret]

  /// The kind with this name, of those that edgecore serves.
  package init?(rawValue: String) {
    guard let kind = Self.served.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = kind
  }

  package static let device = ObjectKind(
    ResourceDefinition(
      kind: ResourceKind.device.rawValue, plural: ResourceKind.device.plural, shortNames: ResourceKind.device.shortNames,
      schemas: Self.schemas(.device), statusVersions: [.v1beta1], selectableFields: ["spec.nodeName"]))

  package static let deviceModel = ObjectKind(
    ResourceDefinition(
      kind: ResourceKind.deviceModel.rawValue, plural: ResourceKind.deviceModel.plural, shortNames: ResourceKind.deviceModel.shortNames,
      schemas: Self.schemas(.deviceModel)))

  /// What was reported of a Device, in the shape of KubeEdge from 1.23; made of the Device's twin, so nobody writes it.
  package static let deviceStatus = ObjectKind(
    ResourceDefinition(
      kind: ResourceKind.deviceStatus.rawValue, plural: ResourceKind.deviceStatus.plural,
      shortNames: ResourceKind.deviceStatus.shortNames, schemas: Self.schemas(.deviceStatus), verbs: ResourceDefinition.readVerbs))

  /// What happened to an object, as mappers and other clients tell it.
  package static let event = ObjectKind(
    ResourceDefinition(
      kind: "Event", group: "", shortNames: ["ev"], schemas: [.v1: .event],
      selectableFields: ["apiVersion", "fieldPath", "kind", "name", "namespace", "resourceVersion", "uid"].map { "involvedObject.\($0)" }
        + ["reason", "reportingComponent", "source", "type"]))

  private static func schemas(_ kind: ResourceKind) -> KeyValuePairs<ObjectVersion, Schema> {
    switch (Schema.of(kind, .v1beta1), Schema.of(kind, .v1alpha2)) {
    case (let beta?, let alpha?): [.v1beta1: beta, .v1alpha2: alpha]
    case (let beta?, nil): [.v1beta1: beta]
    case (nil, let alpha?): [.v1alpha2: alpha]
    case (nil, nil): [:]
    }
  }
}
