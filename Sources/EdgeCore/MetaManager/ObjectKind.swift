package import DeviceAPI

/// A kind of object that the server keeps.
package enum ObjectKind: String, CaseIterable, Sendable {
  case device = "Device"
  case deviceModel = "DeviceModel"
  /// What happened to an object, as mappers and other clients tell it.
  case event = "Event"

  /// The kind with this name in URLs.
  package init?(plural: String) {
    guard let kind = Self.allCases.first(where: { $0.plural == plural }) else { return nil }
    self = kind
  }

  /// The kind in the group `devices.kubeedge.io`; `nil` for one of the core group.
  package var resource: ResourceKind? {
    switch self {
    case .device: .device
    case .deviceModel: .deviceModel
    case .event: nil
    }
  }

  /// The API group; empty for the core group.
  package var group: String { resource == nil ? "" : APIVersion.group }

  /// The name in URLs.
  package var plural: String { resource?.plural ?? "\(singular)s" }

  /// The plural with the group, as refusals name it: `devices.devices.kubeedge.io`, `events`.
  package var qualifiedPlural: String { group.isEmpty ? plural : "\(plural).\(group)" }

  /// The kind with the group: `Device.devices.kubeedge.io`, `Event`.
  package var qualifiedName: String { group.isEmpty ? rawValue : "\(rawValue).\(group)" }

  /// The name of one object in commands.
  package var singular: String { rawValue.lowercased() }

  /// Further names in commands.
  package var shortNames: [String] { self == .event ? ["ev"] : resource?.shortNames ?? [] }

  /// The kind of a list of these objects.
  package var listKind: String { rawValue + "List" }

  /// The versions this kind is served in, the preferred one first.
  package var versions: [ObjectVersion] { resource == nil ? [.v1] : [.v1beta1, .v1alpha2] }

  /// What is served below an object.
  package var subresources: [String] {
    switch self {
    case .device: ["status", DeviceHistory.subresource]
    case .deviceModel: ["status"]
    case .event: []
    }
  }

  /// The fields that a field selector may name besides the name and the namespace.
  package var selectableFields: [String] {
    switch self {
    case .device: ["spec.nodeName"]
    case .deviceModel: []
    case .event:
      ["apiVersion", "fieldPath", "kind", "name", "namespace", "resourceVersion", "uid"].map { "involvedObject.\($0)" }
        + ["reason", "reportingComponent", "source", "type"]
    }
  }
}
