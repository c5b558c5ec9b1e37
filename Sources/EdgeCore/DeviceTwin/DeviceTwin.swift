package import Logging
import ServiceLifecycle

/// Takes messages from the edge and has them applied in the order that ``TwinInbox`` tells, many in one commit when many wait.
package actor DeviceTwin: Service {
  /// Messages that may wait to be applied; one more is refused.
  private static let maximumWaiting = 20_000
  /// Bytes that may wait to be applied; then the sender waits, and so do the broker and whoever publishes there.
  private static let maximumWaitingBytes = 8 << 20

  private let meta: MetaManager
  private let dispatcher: TwinDispatcher
  private let clock: any EdgeClock
  private let logger: Logger
  private let publish: @Sendable (OutboundMessage) -> Void
  private let wakeups: AsyncStream<Void>
  private let wake: AsyncStream<Void>.Continuation
  private var waiting = TwinInbox()
  private var senders: [CheckedContinuation<Void, Never>] = []
  private var isStopped = false

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
  package func receive(_ message: InboundMessage) async {
    while waiting.bytes >= Self.maximumWaitingBytes, !isStopped {
      await withCheckedContinuation { senders.append($0) }
    }
    guard waiting.count < Self.maximumWaiting else {
      refuse([message], code: 429, reason: "edgecore has \(Self.maximumWaiting) messages waiting; send it again later")
      return
    }
    waiting.add(message)
    wake.yield()
  }

  package func run() async throws {
    for await _ in wakeups.cancelOnGracefulShutdown() {
      while waiting.count > 0 { await applyBatch() }
    }
    isStopped = true
    letSendersGo()
  }

  private func letSendersGo() {
    for sender in senders { sender.resume() }
    senders = []
  }

  private func applyBatch() async {
    let batch = waiting.nextBatch()
    if waiting.bytes < Self.maximumWaitingBytes { letSendersGo() }
    let now = clock.now
    let dispatcher = dispatcher
    do {
      try await meta.write { draft in
        for message in batch { dispatcher.handle(message, draft: &draft, now: now) }
      }
    } catch {
      logger.debug("messages refused", metadata: ["count": "\(batch.count)", "error": "\(error)"])
      // Whoever asks what is there gets it, whether or not something can be stored.
      let questions = batch.filter(\.isQuestion)
      if questions.count < batch.count, !questions.isEmpty {
        try? await meta.write { draft in
          for message in questions { dispatcher.handle(message, draft: &draft, now: now) }
        }
        refuse(batch.filter { !$0.isQuestion }, code: 500, reason: "\(error)")
      } else {
        refuse(batch, code: 500, reason: "\(error)")
      }
    }
  }

  private func refuse(_ messages: [InboundMessage], code: Int, reason: String) {
    for message in messages {
      guard let answer = dispatcher.refusal(of: message, code: code, reason: reason, now: clock.now) else { continue }
      publish(answer)
    }
  }
}
