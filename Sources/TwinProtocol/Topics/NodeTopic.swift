/// A topic about an edge node or a mapper on it.
public enum NodeTopic: Sendable, Hashable, CustomStringConvertible {
  /// A client asks which devices the node has.
  case membershipGet(node: String)
  /// The answer to ``membershipGet(node:)``.
  case membershipGetResult(node: String)
  /// Devices came or went.
  case membershipUpdated(node: String)
  /// Whether edgecore is there: retained, and its MQTT will. Ours; KubeEdge has no such topic.
  case status(node: String)
  /// Whether a mapper is there: retained, and its MQTT will. Ours; KubeEdge has no such topic.
  case mapperStatus(mapper: String)

  /// Reads a topic; `nil` when it isn't one of these.
  public init?(_ topic: String) {
    let levels = topic.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard levels.count >= 5, levels[0] == "$hw", levels[1] == "events", !levels[3].isEmpty else { return nil }
    switch (levels[2], levels[4...].joined(separator: "/")) {
    case ("node", "membership/get"): self = .membershipGet(node: levels[3])
    case ("node", "membership/get/result"): self = .membershipGetResult(node: levels[3])
    case ("node", "membership/updated"): self = .membershipUpdated(node: levels[3])
    case ("node", "status"): self = .status(node: levels[3])
    case ("mapper", "status"): self = .mapperStatus(mapper: levels[3])
    default: return nil
    }
  }

  /// The topic.
  public var description: String {
    switch self {
    case .membershipGet(let node): "$hw/events/node/\(node)/membership/get"
    case .membershipGetResult(let node): "$hw/events/node/\(node)/membership/get/result"
    case .membershipUpdated(let node): "$hw/events/node/\(node)/membership/updated"
    case .status(let node): "$hw/events/node/\(node)/status"
    case .mapperStatus(let mapper): "$hw/events/mapper/\(mapper)/status"
    }
  }
}
