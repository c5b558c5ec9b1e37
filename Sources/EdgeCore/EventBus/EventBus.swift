package import Logging
package import MQTTClient
package import ServiceLifecycle
import Synchronization
import TwinProtocol

/// Carries messages between the broker and DeviceTwin, and says on the broker that edgecore is there.
package struct EventBus: Sendable {
  private let client: MQTTClient
  private let node: String
  private let startID: String
  private let clock: any EdgeClock
  private let logger: Logger
  private let counted = Counted()

  /// What happened since the start.
  package struct Statistics: Sendable, Hashable {
    /// Connections to the broker that stood.
    package var connects = 0
    /// Messages whose payload was larger than allowed.
    package var oversized = 0
    /// Messages that the broker had kept and that were passed over.
    package var retained = 0
    /// Messages handed to the broker, and those that couldn't be: it was away, or too slow.
    package var published = 0
    package var unpublished = 0
    /// Messages that came faster than they could be taken, until the connection would have been lost.
    package var unread = 0
  }

  private final class Counted: Sendable {
    let statistics = Mutex(Statistics())
    /// Messages that couldn't be published since that was said last.
    private let unsaid = Mutex(0)

    /// - Returns: Whether some were lost, and they are the first since then.
    func took(_ published: Int, lost: Int) -> Bool {
      statistics.withLock { statistics in
        statistics.published += published
        statistics.unpublished += lost
      }
      guard lost > 0 else { return false }
      return unsaid.withLock { unsaid in
        unsaid += lost
        return unsaid == lost
      }
    }

    /// How many were lost since this was asked last.
    func takeUnsaid() -> Int {
      unsaid.withLock { unsaid in
        defer { unsaid = 0 }
        return unsaid
      }
    }
  }

  /// - Parameters:
  ///   - configuration: The broker's address and credentials; the will is set here.
  ///   - startID: Another one at each start, so that mappers see a restart.
  package init(
    configuration: MQTTConfiguration, node: String, startID: String, clock: any EdgeClock, logger: Logger
  ) throws(EdgeCoreError) {
    var configuration = configuration
    configuration.maximumPayload = InboundMessage.maximumPayload
    let gone = PeerStatus(envelope: Envelope(eventID: startID, timestamp: clock.now), isOnline: false, node: node)
    configuration.will = MQTTMessage(
      topic: NodeTopic.status(node: node).description, payload: gone.encoded, qos: .atLeastOnce, retain: true)
    do throws(MQTTError) {
      client = try MQTTClient(configuration: configuration)
      try client.subscribe(EventBusTopics.filters)
    } catch {
      throw EdgeCoreError(.broker, "cannot use the broker \(configuration.address): \(error)")
    }
    self.node = node
    self.startID = startID
    self.clock = clock
    self.logger = logger
  }

  /// Whether the broker is connected, and lets edgecore hear what it has to.
  package var isConnected: Bool { client.isConnected && client.refusedSubscriptions.isEmpty }

  package var statistics: Statistics {
    var statistics = counted.statistics.withLock { $0 }
    statistics.unread = client.droppedMessages
    return statistics
  }

  private func count(_ counter: WritableKeyPath<Statistics, Int>) { counted.statistics.withLock { $0[keyPath: counter] += 1 } }

  /// Sends messages, in order; never waits.
  package func publish(_ messages: [OutboundMessage]) {
    let errors = client.publish(messages.map { MQTTMessage(topic: $0.topic, payload: $0.payload) })
    guard counted.took(messages.count - errors.count, lost: errors.count), let error = errors.first else { return }
    // Whoever waits for it asks again: mappers send what isn't answered again, and read what is desired when we are back.
    logger.warning("messages not published", metadata: ["error": "\(error)"])
  }

  /// Hands received messages on until the broker is left.
  package func receive(into deviceTwin: DeviceTwin, _ liveness: MapperLiveness) -> some Service {
    Receiver(bus: self, deviceTwin: deviceTwin, liveness: liveness)
  }

  /// Says goodbye when everything that is to be told was told.
  package var goodbye: some Service { Goodbye(bus: self) }

  private func announce(isOnline: Bool) {
    let status = PeerStatus(envelope: Envelope(eventID: startID, timestamp: clock.now), isOnline: isOnline, node: node)
    try? client.publish(topic: NodeTopic.status(node: node).description, payload: status.encoded, retain: true)
  }

  private struct Receiver: Service {
    /// What is meant to be retained: whether mappers are there.
    private static let mappers = "$hw/events/mapper/"
    /// Messages that are handed on together.
    private static let maximumTogether = 512

    let bus: EventBus
    let deviceTwin: DeviceTwin
    let liveness: MapperLiveness

    func run() async throws {
      try bus.client.connect()
      // Not the stream merged with the shutdown, which takes each event through two more tasks.
      await cancelWhenGracefulShutdown { await handOn() }
    }

    private func handOn() async {
      for await first in bus.client.events {
        // What has come until now is there to be taken even so, and under load there is always more.
        if Task.isCancelled { return }
        // Together, so that one commit takes all that came during the last.
        var messages: [InboundMessage] = []
        for event in [first] + bus.client.takeWaitingEvents(atMost: Self.maximumTogether - 1) {
          guard let message = take(event) else { continue }
          if case .mapperStatus(let mapper) = message.subject, case .payload(let payload) = message.content {
            guard await liveness.heard(mapper, payload) else { continue }
          }
          messages.append(message)
        }
        await deviceTwin.receive(messages)
      }
    }

    /// What an event has for DeviceTwin.
    private func take(_ event: MQTTEvent) -> InboundMessage? {
      switch event {
      case .connected:
        bus.count(\.connects)
        let lost = bus.counted.takeUnsaid()
        bus.logger.info("broker connected", metadata: lost > 0 ? ["messages_not_published": "\(lost)"] : nil)
        bus.announce(isOnline: true)
      case .disconnected(let reason):
        // Our own broker needs a moment at the start; that is nothing to worry about.
        bus.logger.log(
          level: bus.statistics.connects > 0 ? .warning : .info, "broker not connected", metadata: ["reason": "\(reason)"])
      case .message(let message) where message.retain && !message.topic.hasPrefix(Self.mappers):
        // What a broker kept from before would be applied anew at each reconnect, over everything newer.
        bus.count(\.retained)
        bus.logger.warning("retained message passed over", metadata: ["topic": "\(message.topic)"])
      case .message(let message): return InboundMessage(topic: message.topic, content: .payload(message.payload))
      case .oversized(let topic, let size):
        bus.count(\.oversized)
        bus.logger.warning("payload too large", metadata: ["topic": "\(topic)", "bytes": "\(size)"])
        return InboundMessage(topic: topic, content: .oversized(bytes: size))
      case .subscriptionRefused(let filters):
        bus.logger.error(
          "the broker refuses subscriptions, so edgecore can't hear its mappers; give its user the right to read",
          metadata: ["filters": "\(filters.joined(separator: ", "))"])
      }
      return nil
    }
  }

  private struct Goodbye: Service {
    let bus: EventBus

    func run() async throws {
      // Those that publish end before this has to.
      try? await gracefulShutdown()
      bus.announce(isOnline: false)
      await bus.client.close()
    }
  }
}
