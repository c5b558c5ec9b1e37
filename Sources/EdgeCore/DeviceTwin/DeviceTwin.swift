package import Logging
import ServiceLifecycle

/// Takes messages from the edge in the order they came and has them applied, many in one commit when many wait.
package actor DeviceTwin: Service {
  /// Messages that may wait to be applied; one more is refused.
  private static let maximumWaiting = 20_000
  /// Messages that one commit takes at most.
  private static let maximumBatch = 512

  private let meta: MetaManager
  private let dispatcher: TwinDispatcher
  private let clock: any EdgeClock
  private let logger: Logger
  private let publish: @Sendable (OutboundMessage) -> Void
  private let wakeups: AsyncStream<Void>
  private let wake: AsyncStream<Void>.Continuation
  private var waiting: [InboundMessage] = []

  /// - Parameter publish: Sends an answer that no commit stands behind, a refusal.
  package init(
    meta: MetaManager, dispatcher: TwinDispatcher, clock: any EdgeClock, logger: Logger,
    publish: @escaping @Sendable (OutboundMessage) -> Void
  ) {
    self.meta = meta
    self.dispatcher = dispatcher
    self.clock = clock
    self.logger = logger
    self.publish = publish
    (wakeups, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Takes a message; it is answered when what it changed is stored.
  package func receive(_ message: InboundMessage) {
    guard waiting.count < Self.maximumWaiting else {
      refuse([message], code: 429, reason: "edgecore has \(Self.maximumWaiting) messages waiting; send it again later")
      return
    }
    waiting.append(message)
    wake.yield()
  }

  package func run() async throws {
    for await _ in wakeups.cancelOnGracefulShutdown() {
      while !waiting.isEmpty { await applyBatch() }
    }
  }

  private func applyBatch() async {
    let batch = Array(waiting.prefix(Self.maximumBatch))
    waiting.removeFirst(batch.count)
    let now = clock.now
    let dispatcher = dispatcher
    do {
      try await meta.write { draft in
        for message in batch { dispatcher.handle(message, draft: &draft, now: now) }
      }
    } catch {
      logger.error("messages refused", metadata: ["count": "\(batch.count)", "error": "\(error)"])
      refuse(batch, code: 500, reason: "\(error)")
    }
  }

  private func refuse(_ messages: [InboundMessage], code: Int, reason: String) {
    for message in messages {
      guard let answer = dispatcher.refusal(of: message, code: code, reason: reason, now: clock.now) else { continue }
      publish(answer)
    }
  }
}
