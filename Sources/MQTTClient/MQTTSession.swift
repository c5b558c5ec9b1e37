internal import CMosquitto
internal import Glibc
internal import Synchronization

/// One libmosquitto handle, the thread that serves it, and what other threads may ask of both.
///
/// `@unchecked Sendable` holds because: `handle` never changes and is a thread-safe libmosquitto object for publish,
/// subscribe and unsubscribe, which are only called while `state.isAlive`, under the lock that the thread takes to end
/// `isAlive` before it destroys the handle; every other stored property is immutable and Sendable, or (`link`) touched by
/// the thread alone, callbacks included, since libmosquitto calls them from the functions the thread calls.
final class MQTTSession: @unchecked Sendable {
  struct State {
    var isAlive = true
    var isStarted = false
    var isClosing = false
    var isConnected = false
    var subscriptions: [String: MQTTQoS] = [:]
    /// Filters that the broker refused on this connection.
    var refused: Set<String> = []
    /// Sizes of messages the broker hasn't acknowledged yet, by their packet identifiers.
    var unacknowledged: [Int32: Int] = [:]
    var unacknowledgedBytes = 0
    /// Messages queued since the thread wrote last.
    var queued = 0
    var closers: [CheckedContinuation<Void, Never>] = []
  }

  /// What only the thread touches.
  struct Link {
    /// The broker's refusal of the current attempt, from its CONNACK.
    var refusal: MQTTError?
    /// Where the login of the current attempt is from.
    var origin: String?
    /// What libmosquitto and OpenSSL complained of in the current attempt.
    var complaints: [String] = []
    /// Why the broker's certificate isn't trusted.
    var distrust: String?
    var wasAccepted = false
    /// Filters by the packet identifier of the SUBSCRIBE they went with.
    var subscribing: [Int32: [String]] = [:]
  }

  let configuration: MQTTConfiguration
  let handle: OpaquePointer
  let pipe: WakePipe
  let events: EventQueue
  let state = Mutex(State())
  var link = Link()

  /// libmosquitto's global state is set up once a process.
  private static let library: Int32 = mosquitto_lib_init()

  init(configuration: MQTTConfiguration) throws(MQTTError) {
    guard Self.library == MOSQ_ERR_SUCCESS.rawValue else { throw MQTTError(.failed, "libmosquitto can't be set up") }
    try Self.check(configuration)
    guard let handle = mosquitto_new(configuration.clientID, configuration.cleanSession, nil) else {
      throw MQTTError(.failed, "an MQTT client can't be made: \(systemText(errno))")
    }
    self.configuration = configuration
    self.handle = handle
    let pipe: WakePipe
    do { pipe = try WakePipe() } catch {
      mosquitto_destroy(handle)
      throw error
    }
    self.pipe = pipe
    events = EventQueue(maximumMessages: configuration.bufferedMessages, maximumBytes: configuration.bufferedBytes) { pipe.wake() }
    mosquitto_user_data_set(handle, Unmanaged.passUnretained(self).toOpaque())
    installCallbacks()
    do { try configure() } catch {
      state.withLock { $0.isAlive = false }
      mosquitto_destroy(handle)
      throw error
    }
  }

  deinit {
    // The thread destroys the handle; without one nobody else would.
    if state.withLock({ $0.isAlive }) { mosquitto_destroy(handle) }
  }

  var isConnected: Bool { state.withLock { $0.isConnected } }

  var refusedSubscriptions: Set<String> { state.withLock { $0.refused } }

  static func checkText(_ texts: String?...) throws(MQTTError) {
    guard !texts.contains(where: { $0.map { $0.utf8.contains(0) || $0.utf8.count > 65535 } ?? false }) else {
      throw MQTTError(.invalidArgument, "a client's name, host, user or password is too long or has a NUL character")
    }
  }

  private static func check(_ configuration: MQTTConfiguration) throws(MQTTError) {
    try checkText(configuration.clientID, configuration.address.host, configuration.username, configuration.password)
    guard !configuration.address.host.isEmpty else { throw MQTTError(.invalidArgument, "the broker's host is empty") }
    guard !configuration.clientID.isEmpty || configuration.cleanSession else {
      throw MQTTError(.invalidArgument, "a client that keeps its session needs a client ID")
    }
  }

  private func configure() throws(MQTTError) {
    func apply(_ action: String, _ result: Int32) throws(MQTTError) {
      guard result == MOSQ_ERR_SUCCESS.rawValue else { throw MQTTError(result: result, errno: errno, doing: action) }
    }
    // The thread is ours and not libmosquitto's: packets are queued for it and never written by who publishes.
    try apply("threads", mosquitto_threaded_set(handle, true))
    try apply("TCP_NODELAY", mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1))
    try apply("in-flight limit", mosquitto_max_inflight_messages_set(handle, configuration.maximumInFlight))
    if let will = configuration.will {
      try checkTopic(will.topic)
      let payload = will.payload
      try apply(
        "will", mosquitto_will_set(handle, will.topic, Int32(clamping: payload.count), payload, will.qos.rawValue, will.retain))
    }
  }

  // MARK: What any thread may ask

  func start() throws(MQTTError) {
    try state.withLock { state throws(MQTTError) in
      guard !state.isClosing else { throw Self.closed }
      guard !state.isStarted else { return }
      try startThread()
      state.isStarted = true
    }
  }

  func publish(topic: String, payload: [UInt8], qos: MQTTQoS, retain: Bool) throws(MQTTError) {
    try queue(topic: topic, payload: payload, qos: qos, retain: retain)
    pipe.wake()
  }

  /// Queues a message for the thread, which isn't woken for it.
  func queue(topic: String, payload: [UInt8], qos: MQTTQoS, retain: Bool) throws(MQTTError) {
    try checkTopic(topic)
    guard let size = Int32(exactly: payload.count) else {
      throw MQTTError(.invalidArgument, "a payload of \(payload.count) bytes is too large for MQTT")
    }
    try state.withLock { state throws(MQTTError) in
      guard state.isAlive, !state.isClosing else { throw Self.closed }
      guard state.isConnected else { throw MQTTError(.notConnected, "not connected to the broker at \(configuration.address)") }
      guard
        state.unacknowledged.isEmpty
          || state.unacknowledged.count < configuration.maximumBacklog
            && state.unacknowledgedBytes + payload.count <= configuration.maximumBacklogBytes
      else {
        throw MQTTError(
          .backlogFull,
          "\(state.unacknowledged.count) messages of \(state.unacknowledgedBytes) bytes wait for the broker at \(configuration.address)")
      }
      var identifier: Int32 = 0
      // Under the lock: the acknowledgement, which takes it too, then finds the identifier.
      let result = mosquitto_publish(handle, &identifier, topic, size, payload, qos.rawValue, retain)
      guard result == MOSQ_ERR_SUCCESS.rawValue || (result == MOSQ_ERR_NO_CONN.rawValue && qos != .atMostOnce) else {
        throw MQTTError(result: result, errno: errno, doing: "publishing to \(topic)")
      }
      if qos != .atMostOnce {
        state.unacknowledged[identifier] = payload.count
        state.unacknowledgedBytes += payload.count
      }
      state.queued += 1
    }
  }

  func subscribe(_ filters: [String], qos: MQTTQoS) throws(MQTTError) {
    for filter in filters {
      guard !filter.isEmpty, !filter.utf8.contains(0), mosquitto_sub_topic_check(filter) == MOSQ_ERR_SUCCESS.rawValue else {
        throw MQTTError(.invalidArgument, "\"\(filter)\" isn't a topic filter")
      }
    }
    try state.withLock { state throws(MQTTError) in
      guard state.isAlive, !state.isClosing else { throw Self.closed }
      for filter in filters {
        state.subscriptions[filter] = qos
        // A failure here means that the connection just ended: the next one subscribes anew.
        if state.isConnected { _ = mosquitto_subscribe(handle, nil, filter, qos.rawValue) }
      }
    }
    pipe.wake()
  }

  func unsubscribe(_ filters: [String]) throws(MQTTError) {
    try state.withLock { state throws(MQTTError) in
      guard state.isAlive, !state.isClosing else { throw Self.closed }
      for filter in filters {
        guard state.subscriptions.removeValue(forKey: filter) != nil else { continue }
        if state.isConnected { _ = mosquitto_unsubscribe(handle, nil, filter) }
      }
    }
    pipe.wake()
  }

  func requestClose() {
    let isIdle = state.withLock { state in
      state.isClosing = true
      return !state.isStarted
    }
    if isIdle { events.finish() } else { pipe.wake() }
  }

  func close() async {
    requestClose()
    await withCheckedContinuation { continuation in
      let isDone = state.withLock { state in
        guard state.isStarted, state.isAlive else { return true }
        state.closers.append(continuation)
        return false
      }
      if isDone { continuation.resume() }
    }
  }

  static let closed = MQTTError(.closed, "the MQTT client is closed")

  private func checkTopic(_ topic: String) throws(MQTTError) {
    guard !topic.isEmpty, !topic.utf8.contains(0), mosquitto_pub_topic_check(topic) == MOSQ_ERR_SUCCESS.rawValue else {
      throw MQTTError(.invalidArgument, "\"\(topic)\" isn't a topic to publish to")
    }
  }
}
