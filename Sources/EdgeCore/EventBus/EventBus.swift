package import Logging
package import MQTTClient
package import ServiceLifecycle
import TwinProtocol

/// Carries messages between the broker and DeviceTwin, and says on the broker that edgecore is there.
package struct EventBus: Sendable {
  private let client: MQTTClient
  private let node: String
  private let startID: String
  private let clock: any EdgeClock
  private let logger: Logger

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

  /// Whether the broker is connected.
  package var isConnected: Bool { client.isConnected }

  /// Sends a message that no commit stands behind.
  package func publish(_ message: OutboundMessage) {
    do {
      try client.publish(topic: message.topic, payload: message.payload)
    } catch {
      // Whoever waits for it asks again: mappers send what isn't answered again, and read what is desired when we are back.
      logger.debug("message not published", metadata: ["topic": "\(message.topic)", "error": "\(error)"])
    }
  }

  /// Hands received messages on until the broker is left.
  package func receive(into deviceTwin: DeviceTwin, _ liveness: MapperLiveness) -> some Service {
    Receiver(bus: self, deviceTwin: deviceTwin, liveness: liveness)
  }

  /// Publishes what was committed, in that order; says goodbye at the end.
  package func publishing(_ messages: AsyncStream<OutboundMessage>) -> some Service { Publisher(bus: self, messages: messages) }

  private func announce(isOnline: Bool) {
    let status = PeerStatus(envelope: Envelope(eventID: startID, timestamp: clock.now), isOnline: isOnline, node: node)
    try? client.publish(topic: NodeTopic.status(node: node).description, payload: status.encoded, retain: true)
  }

  private struct Receiver: Service {
    /// What is meant to be retained: whether mappers are there.
    private static let mappers = "$hw/events/mapper/"

    let bus: EventBus
    let deviceTwin: DeviceTwin
    let liveness: MapperLiveness

    func run() async throws {
      try bus.client.connect()
      var wasConnected = false
      for await event in bus.client.events.cancelOnGracefulShutdown() {
        switch event {
        case .connected:
          wasConnected = true
          bus.logger.info("broker connected")
          bus.announce(isOnline: true)
        case .disconnected(let reason):
          // Our own broker needs a moment at the start; that is nothing to worry about.
          bus.logger.log(level: wasConnected ? .warning : .info, "broker not connected", metadata: ["reason": "\(reason)"])
        case .message(let message) where message.retain && !message.topic.hasPrefix(Self.mappers):
          // What a broker kept from before would be applied anew at each reconnect, over everything newer.
          bus.logger.warning("retained message passed over", metadata: ["topic": "\(message.topic)"])
        case .message(let message):
          guard let inbound = InboundMessage(topic: message.topic, content: .payload(message.payload)) else { continue }
          if case .mapperStatus(let mapper) = inbound.subject { await liveness.heard(mapper, message.payload) }
          await deviceTwin.receive(inbound)
        case .oversized(let topic, let size):
          bus.logger.warning("payload too large", metadata: ["topic": "\(topic)", "bytes": "\(size)"])
          guard let inbound = InboundMessage(topic: topic, content: .oversized(bytes: size)) else { continue }
          await deviceTwin.receive(inbound)
        case .subscriptionRefused(let filters):
          bus.logger.error("the broker refuses subscriptions", metadata: ["filters": "\(filters)"])
        }
      }
    }
  }

  private struct Publisher: Service {
    let bus: EventBus
    let messages: AsyncStream<OutboundMessage>

    func run() async throws {
      // MetaManager ends the stream when everything decided is committed, so the last answers still go out.
      for await message in messages { bus.publish(message) }
      bus.announce(isOnline: false)
      await bus.client.close()
      // A service that ends before its turn to stop counts as one that failed.
      try? await gracefulShutdown()
    }
  }
}
