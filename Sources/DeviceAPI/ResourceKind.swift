/// A kind of object in the group `devices.kubeedge.io`.
public enum ResourceKind: String, CaseIterable, Sendable {
  /// One physical device: its model, node, protocol and desired values.
  case device = "Device"
  /// What devices of one sort have in common: the properties and their types.
  case deviceModel = "DeviceModel"
  /// What was reported of the device of the same name (KubeEdge from 1.23).
  case deviceStatus = "DeviceStatus"

  /// The name in URLs.
  public var plural: String {
    switch self {
    case .device: "devices"
    case .deviceModel: "devicemodels"
    case .deviceStatus: "devicestatuses"
    }
  }

  /// The name of one object in commands.
  public var singular: String { rawValue.lowercased() }

  /// Further names in commands; KubeEdge defines none.
  public var shortNames: [String] { [] }

  /// The kind of a list of these objects.
  public var listKind: String { rawValue + "List" }

  /// The versions this kind is served in, the oldest first.
  public var versions: [APIVersion] {
    switch self {
    case .device, .deviceModel: [.v1alpha2, .v1beta1]
    case .deviceStatus: [.v1beta1]
    }
  }

  /// The kind with this name in URLs.
  public init?(plural: String) {
    guard let kind = Self.allCases.first(where: { $0.plural == plural }) else { return nil }
    self = kind
  }
}
