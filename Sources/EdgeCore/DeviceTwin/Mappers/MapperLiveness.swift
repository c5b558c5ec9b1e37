package import Logging
import ServiceLifecycle
import TwinProtocol

/// Watches whether mappers are there, and has their devices told unknown when they aren't.
package actor MapperLiveness: Service {
  /// Milliseconds that mappers from before this start have to show themselves: as long as they may take to find a broker again.
  private static let patience: Int64 = 60_000
  /// Milliseconds between two looks.
  private static let interval: Int64 = 5_000

  private let meta: MetaManager
  private let clock: any EdgeClock
  private let logger: Logger
  private let lose: @Sendable (InboundMessage) async -> Void
  private var presences = MapperPresences()

  /// - Parameter lose: Takes what stands for the last word of a mapper that is gone.
  package init(meta: MetaManager, clock: any EdgeClock, logger: Logger, lose: @escaping @Sendable (InboundMessage) async -> Void) {
    self.meta = meta
    self.clock = clock
    self.logger = logger
    self.lose = lose
  }

  /// A mapper says how it is, or the broker does for one that died; what becomes of its devices is somebody else's.
  ///
  /// - Returns: Whether its devices are to be told.
  package func heard(_ name: String, _ payload: [UInt8]) -> Bool {
    guard !payload.isEmpty, let status = try? PeerStatus(decoding: payload) else { return false }
    let (change, isToBeTold) = presences.heard(name, status, uptime: clock.uptime)
    switch change {
    case .appeared: logger.info("mapper \(name) is there")
    case .left: logger.info("mapper \(name) is gone")
    case nil: break
    }
    return isToBeTold
  }

  /// Begins to wait for the mappers from before this start; to be called before any is heard.
  package func expectKnown() async {
    for (name, mapper) in await meta.servingMappers {
      presences.expect(
        name, node: mapper.node, protocolName: mapper.protocolName, patience: Self.patience, uptime: clock.uptime)
    }
  }

  package func run() async throws {
    await cancelWhenGracefulShutdown {
      while (try? await self.clock.sleep(milliseconds: Self.interval)) != nil { await self.look() }
    }
  }

  private func look() async {
    for (name, status) in presences.takeOverdue(now: clock.now, uptime: clock.uptime) {
      logger.warning("mapper \(name) is gone: it hasn't shown itself for too long")
      let topic = NodeTopic.mapperStatus(mapper: name).description
      if let message = InboundMessage(topic: topic, content: .payload(status.encoded)) { await lose(message) }
    }
  }
}
