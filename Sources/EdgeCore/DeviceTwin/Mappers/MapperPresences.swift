package import TwinProtocol

/// Which mappers are there: those that said so and haven't been silent for too long since.
///
/// The broker tells with their will that mappers are gone; but not of one that hangs, and not where the broker, or edgecore, was
/// away when it went. So mappers say every so often that they are there.
package struct MapperPresences: Sendable {
  /// What is to be told of a mapper.
  package enum Change: Sendable, Hashable {
    case appeared
    case left
  }

  private struct Mapper: Sendable {
    var node: String?
    var protocolName: String?
    /// When it is taken to be gone, in milliseconds.
    var deadline: Int64
    /// When its devices were last looked through for its sake.
    var toldAt: Int64?
    /// Whether it showed itself since this start.
    var isHeard: Bool
  }

  /// How often a mapper may fail to show itself in time.
  private static let missedHeartbeats: Int64 = 3
  /// How often one shows itself that doesn't say it, in milliseconds.
  private static let unknownHeartbeat: Int64 = 3_600_000
  /// Milliseconds between two looks through all devices for the sake of a mapper of which nothing is new.
  private static let retelling: Int64 = 10_000
  /// How many mappers are known at most; a node has a handful.
  private static let maximumMappers = 1_000

  private var mappers: [String: Mapper] = [:]

  /// Nobody is known.
  package init() {}

  /// A mapper served devices before this start, and has to show itself.
  ///
  /// - Parameters:
  ///   - patience: Milliseconds that it has for that.
  ///   - uptime: Milliseconds of a clock that never goes back.
  package mutating func expect(_ name: String, node: String?, protocolName: String?, patience: Int64, uptime: Int64) {
    guard mappers[name] == nil else { return }
    mappers[name] = Mapper(node: node, protocolName: protocolName, deadline: uptime + patience, isHeard: false)
  }

  /// A mapper says how it is, or the broker says it for one that died.
  ///
  /// - Returns: What is new of it; and whether its devices are to be told, which for the sake of those that came since is done
  ///   now and then.
  package mutating func heard(_ name: String, _ status: PeerStatus, uptime: Int64) -> (change: Change?, isToBeTold: Bool) {
    let wasHeard = mappers[name]?.isHeard ?? false
    guard status.isOnline else {
      // Who is expected and gone has to be told of too.
      return mappers.removeValue(forKey: name) == nil ? (nil, false) : (.left, true)
    }
    guard mappers[name] != nil || mappers.count < Self.maximumMappers else { return (nil, false) }
    let deadline = uptime + Self.missedHeartbeats * min(max(status.heartbeat ?? Self.unknownHeartbeat, 1_000), 3_600_000)
    let toldAt = mappers[name]?.toldAt
    let isToBeTold = !wasHeard || toldAt.map { uptime - $0 >= Self.retelling } ?? true
    mappers[name] = Mapper(
      node: status.node, protocolName: status.protocolName, deadline: deadline, toldAt: isToBeTold ? uptime : toldAt, isHeard: true)
    return (wasHeard ? nil : .appeared, isToBeTold)
  }

  /// Takes out the mappers that have been silent for too long, each with what stands for its last word.
  package mutating func takeOverdue(now: Int64, uptime: Int64) -> [(name: String, status: PeerStatus)] {
    let overdue = mappers.filter { $0.value.deadline <= uptime }.sorted { $0.key < $1.key }
    return overdue.map { name, mapper in
      mappers[name] = nil
      let envelope = Envelope(eventID: "", timestamp: now)
      return (name, PeerStatus(envelope: envelope, isOnline: false, node: mapper.node, protocolName: mapper.protocolName))
    }
  }
}
