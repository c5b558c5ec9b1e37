/// Which device: its namespace and its name.
public struct DeviceID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The namespace, `default` where nobody said one.
  public let namespace: String
  /// The name, unique in its namespace.
  public let name: String

  /// A device's id.
  public init(namespace: String = "default", name: String) {
    self.namespace = namespace
    self.name = name
  }

  /// `namespace/name`, as KubeEdge has it in SQLite and in membership messages since 1.17.
  public var description: String { "\(namespace)/\(name)" }

  /// By namespace, then by name.
  public static func < (left: DeviceID, right: DeviceID) -> Bool {
    (left.namespace, left.name) < (right.namespace, right.name)
  }
}
