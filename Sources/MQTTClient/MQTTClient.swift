/// A client of an MQTT 3.1.1 broker.
///
/// It keeps itself connected: from ``connect()`` on it tries until it is closed, waiting longer after each failure, and
/// restores its subscriptions each time. Nothing here blocks the caller; the network is served by one thread of its own.
///
/// When the consumer of ``events`` lags, the client stops reading, so that the broker holds what it can't take. Only
/// when that would cost the connection (half a keep-alive long) it reads on, and counts what it has to discard in
/// ``droppedMessages``.
public final class MQTTClient: Sendable {
  private let session: MQTTSession

  /// What happens, in order, for a single consumer; ends when the client is closed.
  public let events: AsyncStream<MQTTEvent>

  /// A client that isn't connected yet.
  ///
  /// - Throws: ``MQTTError`` when the configuration isn't acceptable to MQTT or the process lacks resources.
  public init(configuration: MQTTConfiguration) throws(MQTTError) {
    let session = try MQTTSession(configuration: configuration)
    self.session = session
    let queue = session.events
    events = AsyncStream { await queue.next() }
  }

  deinit { session.requestClose() }

  /// How many received messages were discarded because the consumer of ``events`` lagged.
  public var droppedMessages: Int { session.events.dropped }

  /// Takes the next of ``events`` that have happened already, without waiting; for their single consumer.
  ///
  /// - Parameter limit: How many at most.
  public func takeWaitingEvents(atMost limit: Int) -> [MQTTEvent] { session.events.takeWaiting(atMost: limit) }

  /// Whether the broker has accepted the client and the connection stands, as far as is known.
  public var isConnected: Bool { session.isConnected }

  /// The filters to which the broker refused to subscribe the client on this connection.
  public var refusedSubscriptions: Set<String> { session.refusedSubscriptions }

  /// Starts connecting, and reconnecting, until the client is closed; a second call does nothing.
  ///
  /// - Throws: ``MQTTError`` when the client is closed or no thread can be made.
  public func connect() throws(MQTTError) { try session.start() }

  /// Hands a message to the connection.
  ///
  /// A message accepted here is sent again after a reconnect until the broker has acknowledged it (QoS 1 and 2), but is
  /// lost with the process.
  ///
  /// - Throws: ``MQTTError`` with `notConnected`, `backlogFull`, `invalidArgument` or `closed`.
  public func publish(topic: String, payload: [UInt8], qos: MQTTQoS = .atLeastOnce, retain: Bool = false) throws(MQTTError) {
    try session.publish(topic: topic, payload: payload, qos: qos, retain: retain)
  }

  /// Hands a message to the connection; see ``publish(topic:payload:qos:retain:)``.
  public func publish(_ message: MQTTMessage) throws(MQTTError) {
    try publish(topic: message.topic, payload: message.payload, qos: message.qos, retain: message.retain)
  }

  /// Hands messages to the connection, in order, which costs less than one by one.
  ///
  /// - Returns: What kept messages from being taken, for each that wasn't.
  public func publish(_ messages: [MQTTMessage]) -> [MQTTError] {
    var errors: [MQTTError] = []
    for message in messages {
      do throws(MQTTError) {
        try session.queue(topic: message.topic, payload: message.payload, qos: message.qos, retain: message.retain)
      } catch {
        errors.append(error)
      }
    }
    session.pipe.wake()
    return errors
  }

  /// Subscribes to topic filters now and after every reconnect.
  ///
  /// May be called before ``connect()``.
  ///
  /// - Throws: ``MQTTError`` with `invalidArgument` or `closed`.
  public func subscribe(_ filters: [String], qos: MQTTQoS = .atLeastOnce) throws(MQTTError) {
    try session.subscribe(filters, qos: qos)
  }

  /// Ends subscriptions, now and for later connections.
  ///
  /// - Throws: ``MQTTError`` with `invalidArgument` or `closed`.
  public func unsubscribe(_ filters: [String]) throws(MQTTError) { try session.unsubscribe(filters) }

  /// Sends what was published before, says goodbye to the broker (so no will is published), and frees everything.
  ///
  /// Returns when that is done; waits at most 2 seconds for the broker's acknowledgements. May be called repeatedly.
  public func close() async { await session.close() }
}
