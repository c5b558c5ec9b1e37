/// How a topic names a device.
///
/// KubeEdge 1.17 put the namespace into the topics; before, a device was its name alone. Both are understood, and what
/// is asked in one shape is answered in it.
public enum DeviceAddress: Sendable, Hashable, CustomStringConvertible {
  /// `<namespace>/<name>`, KubeEdge 1.17 and later.
  case namespaced(DeviceID)
  /// `<name>`, KubeEdge up to 1.16.
  case named(String)

  /// The device's name.
  public var name: String {
    switch self {
    case .namespaced(let id): id.name
    case .named(let name): name
    }
  }

  /// The address as it stands in a topic.
  public var description: String {
    switch self {
    case .namespaced(let id): id.description
    case .named(let name): name
    }
  }
}
