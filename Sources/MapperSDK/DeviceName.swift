/// Which device.
public struct DeviceName: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The namespace of the Device object.
  public let namespace: String
  /// The name of the Device object.
  public let name: String

  /// A device's name.
  public init(namespace: String, name: String) {
    self.namespace = namespace
    self.name = name
  }

  /// `namespace/name`.
  public var description: String { "\(namespace)/\(name)" }

  /// By namespace, then by name.
  public static func < (left: DeviceName, right: DeviceName) -> Bool {
    (left.namespace, left.name) < (right.namespace, right.name)
  }
}
