package import Logging
import ServiceLifecycle
import TwinProtocol

/// Takes messages from the edge and has them applied in the order that ``TwinInbox`` tells, many in one commit when many wait.
package actor DeviceTwin: Service {
  /// Bytes that may wait to be applied; then the sender waits, and so do the broker and whoever publishes there.
  private static let maximumWaitingBytes = 8 << 20

  /// What happened since the start, and what waits.
  package struct Statistics: Sendable, Hashable {
    /// Messages taken or refused, by what they are about: `twin/update` and so on.
    package var received: [String: Int] = [:]
    /// Messages refused because too much waited, by what was full.
    package var overflows: [TwinInbox.Overflow: Int] = [:]
    /// Messages whose commit failed.
    package var failed = 0
    package var waiting = 0
    package var waitingBytes = 0
  }

  private let meta: MetaManager
  private let dispatcher: TwinDispatcher
  private let clock: any EdgeClock
  private let logger: Logger
  private let publish: @Sendable (OutboundMessage) -> Void
  private let wakeups: AsyncStream<Void>
  private let wake: AsyncStream<Void>.Continuation
  private let limits: TwinInbox.Limits
  private var waiting: TwinInbox
  private var senders: [CheckedContinuation<Void, Never>] = []
  private var isApplying = false
  private var isStopped = false
  private var counted = Statistics()
  /// The device that was refused last, so that a flood makes one line of the log and not one a message.
  private var flooded: String?

  /// - Parameter publish: Sends an answer that no commit stands behind, a refusal.
  package init(
    meta: MetaManager, dispatcher: TwinDispatcher, clock: any EdgeClock, logger: Logger, limits: TwinInbox.Limits = TwinInbox.Limits(),
    publish: @escaping @Sendable (OutboundMessage) -> Void
  ) {
    self.meta = meta
    self.dispatcher = dispatcher
    self.clock = clock
    self.logger = logger
    self.limits = limits
    self.publish = publish
    waiting = TwinInbox(limits: limits)
    (wakeups, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  package var statistics: Statistics {
    var statistics = counted
    statistics.waiting = waiting.count
    statistics.waitingBytes = waiting.bytes
    return statistics
  }

  /// Takes messages; each is answered when what it changed is stored.
  package func receive(_ messages: [InboundMessage]) async {
    for message in messages { await receive(message) }
  }

  /// Takes a message; it is answered when what it changed is stored.
  package func receive(_ message: InboundMessage) async {
    while waiting.bytes >= Self.maximumWaitingBytes, !isStopped {
      await withCheckedContinuation { senders.append($0) }
    }
    counted.received[message.kind, default: 0] += 1
    if let overflow = waiting.add(message) { return refuse(message, because: overflow) }
    // Whoever applies looks again before it rests.
    if !isApplying { wake.yield() }
  }

  package func run() async throws {
    // Merging the stream with the shutdown, as ServiceLifecycle offers it, would take each wake-up through two more tasks.
    await withGracefulShutdownHandler {
      for await _ in wakeups { await applyAll() }
    } onGracefulShutdown: { [wake] in
      wake.finish()
    }
    isStopped = true
    letSendersGo()
  }

  private func applyAll() async {
    isApplying = true
    while waiting.count > 0 { await applyBatch() }
    isApplying = false
    flooded = nil
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
      try await meta.apply { draft in
        for message in batch { dispatcher.handle(message, draft: &draft, now: now) }
      }
    } catch {
      logger.debug("messages refused", metadata: ["count": "\(batch.count)", "error": "\(error)"])
      // Whoever asks what is there gets it, whether or not something can be stored.
      let questions = batch.filter(\.isQuestion)
      let areAnswered = questions.count < batch.count && !questions.isEmpty
      if areAnswered {
        try? await meta.write { draft in
          for message in questions { dispatcher.handle(message, draft: &draft, now: now) }
        }
      }
      for message in batch where !(areAnswered && message.isQuestion) {
        counted.failed += 1
        answer(message, code: 500, reason: "\(error)")
      }
    }
  }

  private func refuse(_ message: InboundMessage, because overflow: TwinInbox.Overflow) {
    counted.overflows[overflow, default: 0] += 1
    switch overflow {
    case .device:
      answer(
        message, code: 429,
        reason: """
          \(limits.messagesPerDevice) messages, or \(limits.bytesPerDevice >> 10) KiB of them, wait for this device already; \
          send it again when others were answered
          """)
    case .all:
      answer(message, code: 429, reason: "edgecore has \(limits.messages) messages waiting; send it again later")
    }
    guard flooded != message.origin else { return }
    flooded = message.origin
    logger.warning("more messages than can be stored, the newest are refused", metadata: ["from": "\(message.origin)"])
  }

  private func answer(_ message: InboundMessage, code: Int, reason: String) {
    if let answer = dispatcher.refusal(of: message, code: code, reason: reason, now: clock.now) { publish(answer) }
  }
}

extension InboundMessage {
  /// What the message is about, for counters: one of few words.
  fileprivate var kind: String {
    switch subject {
    case .device(let topic): topic.subject.rawValue
    case .membershipGet: "membership/get"
    case .mapperStatus: "mapper/status"
    case .upload: "upload"
    }
  }

  /// Whom the message is about, for the log.
  fileprivate var origin: String {
    switch subject {
    case .device(let topic): topic.address.description
    case .membershipGet: "membership/get"
    case .mapperStatus(let mapper): mapper
    case .upload(let topic): topic
    }
  }
}
