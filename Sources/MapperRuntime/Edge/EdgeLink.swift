internal import Logging
internal import MQTTClient
internal import MapperSDK
internal import ServiceLifecycle
internal import TwinProtocol

/// The way to edgecore over MQTT: keeps it, brings reports there until they are answered, and brings back what is desired.
actor EdgeLink: Service, EdgeReporting {
  /// How long a core of ours may take to show itself after the broker is there, in milliseconds.
  private static let introduction: Int64 = 3000
  /// After how long without a word of edgecore it is taken to be away for good, in milliseconds: it may start with the mapper.
  private static let patience: Int64 = 10_000

  /// How often the mapper says that it is there, in milliseconds.
  private static let heartbeat: Int64 = 15_000

  private enum Presence: Equatable {
    /// No core of ours was ever seen: it may be KubeEdge's, which says nothing of itself.
    case unknown
    case online(eventID: String)
    case offline
  }

  private let client: MQTTClient
  private let address: String
  private let mapper: String
  private let node: String
  private let protocolName: String
  private let shape: TopicShape
  private let health: MapperHealth
  private let clock: MapperClock
  private let logger: Logger
  private var ids: EventIDs
  private var outbox: Outbox
  private var questions: TwinQuestions
  private var devices: [DeviceID: any EdgeDevice] = [:]
  private var presence = Presence.unknown
  private var withheld = Withheld()
  /// Devices that edgecore was asked for and doesn't know.
  private var strangers: Set<DeviceID> = []
  private var isConnected = false
  private var connectedAt: Int64 = 0
  /// When the mapper last said that it is there.
  private var shownAt: Int64 = 0
  /// When edgecore last said something.
  private var heardAt: Int64
  private var loggedRefusals: Set<String> = []

  /// - Throws: ``MQTTError`` when the address can't be used.
  init(
    configuration: MapperConfiguration, protocolName: String, health: MapperHealth = MapperHealth(), clock: MapperClock, logger: Logger
  ) throws {
    self.health = health
    mapper = configuration.name
    node = configuration.node
    shape = configuration.topicShape
    self.protocolName = protocolName
    address = configuration.mqttServer
    self.clock = clock
    self.logger = logger
    heardAt = clock.uptime()
    var generator = SystemRandomNumberGenerator()
    ids = EventIDs(name: mapper, using: &generator)
    outbox = Outbox(ids: EventIDs(name: mapper, using: &generator))
    questions = TwinQuestions(ids: EventIDs(name: mapper, using: &generator))
    let broker = try MQTTAddress(parsing: configuration.mqttServer)
    var mqtt = MQTTConfiguration(address: broker, clientID: "\(mapper)-\(node)")
    let login = configuration.brokerLogin
    mqtt.login = { () throws(MQTTError) in try login.login(at: broker) }
    if let files = configuration.brokerCertificates {
      let tls = MQTTTLS(caFile: files.caFile, certFile: files.certFile, keyFile: files.keyFile)
      if let warning = tls.warning { logger.warning("\(warning)") }
      mqtt.tls = tls
    }
    let gone = PeerStatus(envelope: Envelope(eventID: "", timestamp: 0), isOnline: false, node: node, protocolName: protocolName)
    mqtt.will = MQTTMessage(topic: NodeTopic.mapperStatus(mapper: mapper).description, payload: gone.encoded, retain: true)
    client = try MQTTClient(configuration: mqtt)
    try client.subscribe([NodeTopic.status(node: node).description])
  }

  // MARK: For devices

  /// Whether edgecore is one of ours, which knows qualities and keeps what was written.
  var isSwiftlet: Bool { presence != .unknown }

  /// A device comes.
  func attach(_ device: any EdgeDevice, as id: DeviceID) {
    devices[id] = device
    do { try client.subscribe(filters(id)) } catch {
      logger.error("can't subscribe to the topics of \(id): \(error)")
    }
    if shape == .name, case .namespaced = address(id) {
      logger.warning("\(id): topics of the shape \(shape.rawValue) have no namespaces; this device's topics name it all the same")
    }
    if let question = questions.ask(id, now: clock.uptime()) { send(question) }
  }

  /// A device goes.
  func detach(_ id: DeviceID) {
    devices[id] = nil
    outbox.remove(id)
    questions.remove(id)
    withheld.remove(id)
    strangers.remove(id)
    try? client.unsubscribe(filters(id))
  }

  /// Brings changes of a device's twin to edgecore, however long that takes; newer ones replace them on the way.
  ///
  /// - Parameter every: Properties of which no value is to be replaced.
  func report(_ twins: [String: Twin], of id: DeviceID, every: Set<String> = []) {
    guard devices[id] != nil else { return }
    let twins = isSwiftlet ? twins : withheld.admit(twins, of: id)
    let lost = outbox.lost
    for message in outbox.add(twins, of: id, every: every, marksLosses: isSwiftlet, now: clock.uptime()) { send(message) }
    if outbox.lost > lost { logOnce("\(id): reports come faster than edgecore takes them; some are lost") }
  }

  /// Tells a device's state, if somebody listens.
  ///
  /// - Parameter reason: Why it isn't online.
  func tell(state: String, because reason: String?, of id: DeviceID) {
    guard isConnected, devices[id] != nil else { return }
    let word = isSwiftlet ? state : KubeEdgeRules.state(state, shape: shape)
    publish(id, .stateUpdate, StateUpdate(envelope: envelope(), state: word, reason: reason).encoded)
  }

  /// Tells the values of a device to whoever listens to its data topic; what nobody takes now is lost.
  func publish(data: [String: Twin], of id: DeviceID) {
    guard isConnected else { return }
    let message = DataUpdate(envelope: envelope(), twins: data)
    do {
      try client.publish(topic: DataUpdate.topic(of: address(id)), payload: message.encoded, qos: .atMostOnce)
    } catch {
      logger.debug("\(error)")
    }
  }

  private func filters(_ id: DeviceID) -> [String] {
    [DeviceTopic.Subject.twinUpdateResult, .twinUpdateDelta, .twinGetResult].map { DeviceTopic(address(id), $0).description }
  }

  private func address(_ id: DeviceID) -> DeviceAddress {
    shape == .name && id.namespace == DeviceID(name: "").namespace ? .named(id.name) : .namespaced(id)
  }

  private func id(of address: DeviceAddress) -> DeviceID {
    switch address {
    case .namespaced(let id): id
    case .named(let name): DeviceID(name: name)
    }
  }

  // MARK: Running

  /// Keeps the connection until shut down.
  func run() async throws {
    try client.connect()
    await withDiscardingTaskGroup { group in
      group.addTask {
        for await event in self.client.events { await self.handle(event) }
      }
      group.addTask {
        while !Task.isCancelled {
          await self.clock.sleep(self.clock.uptime() + 1000)
          await self.sendOverdue()
        }
      }
      // Returns on shutdown, throws on cancellation: a goodbye is due either way.
      try? await gracefulShutdown()
      await sayGoodbye()
      group.cancelAll()
    }
  }

  private func sayGoodbye() async {
    if isConnected { publishStatus(isOnline: false) }
    await client.close()
  }

  private func handle(_ event: MQTTEvent) async {
    switch event {
    case .connected:
      logger.info("connected to the broker at \(address)")
      isConnected = true
      connectedAt = clock.uptime()
      health.set(.broker, true)
      publishStatus(isOnline: true)
      if presence != .offline { await open() }
    case .disconnected(let error):
      if isConnected { logger.warning("lost the broker: \(error)") } else { logger.warning("\(error); trying again") }
      isConnected = false
      health.set(.broker, false)
      outbox.close()
      questions.close()
    case .message(let message): await receive(message)
    case .oversized(let topic, let size): logger.warning("passed over a message of \(size) bytes on \(topic)")
    case .subscriptionRefused(let filters):
      logger.error("the broker refuses to subscribe this mapper to \(filters.joined(separator: ", "))")
    }
  }

  /// edgecore is there, or may be: everything it hasn't answered goes out, and what it knows is asked for.
  private func open() async {
    let now = clock.uptime()
    for message in outbox.open(now: now) { send(message) }
    for question in questions.open(devices.keys, now: now) { send(question) }
    for device in devices.values { await device.edgeAppeared() }
  }

  private func sendOverdue() async {
    let now = clock.uptime()
    for message in outbox.overdue(now: now) { send(message) }
    for question in questions.overdue(now: now) { send(question) }
    if isConnected, now >= shownAt + Self.heartbeat { publishStatus(isOnline: true) }
    // A core of ours has shown itself by now.
    if isConnected, !isSwiftlet, now >= connectedAt + Self.introduction {
      for objection in withheld.objections { logOnce(objection) }
    }
    if now >= heardAt + Self.patience {
      for device in devices.values { await device.edgeIsMissed() }
    }
  }

  // MARK: Receiving

  private func receive(_ message: MQTTMessage) async {
    do throws(MessageError) {
      if let topic = DeviceTopic(message.topic) {
        let id = id(of: topic.address)
        guard let device = devices[id], address(id) == topic.address else { return }
        try await receive(message.payload, topic.subject, id, device)
      } else if case .status(node)? = NodeTopic(message.topic) {
        try await receiveStatus(message.payload)
      }
    } catch {
      logger.warning("passed over a message on \(message.topic): \(error)")
    }
  }

  private func receive(
    _ payload: [UInt8], _ subject: DeviceTopic.Subject, _ id: DeviceID, _ device: any EdgeDevice
  ) async throws(MessageError) {
    let now = clock.uptime()
    switch subject {
    case .twinUpdateResult:
      let result = try TwinUpdateReceipt(decoding: payload)
      // edgecore couldn't, not wouldn't: the update stays on its way and is sent again in a while.
      if let refusal = result.refusal, refusal.code >= 429 { return log(refusal, id) }
      guard case .settled(let next) = outbox.answered(eventID: result.envelope.eventID, of: id, now: now) else { return }
      if let refusal = result.refusal {
        log(refusal, id)
        // A property may have a type by now that it hadn't when it was asked for.
        if !isSwiftlet, refusal.code == 400, let question = questions.ask(id, now: now) { send(question) }
      }
      for message in next { send(message) }
      if device.isLeaving, outbox.isIdle(id) { detach(id) }
    case .twinUpdateDelta:
      let delta = try TwinDelta(decoding: payload)
      if await device.received(delta, keepsMarks: isSwiftlet), let question = questions.ask(id, now: now) { send(question) }
    case .twinGetResult:
      let result = try TwinGetResult(decoding: payload)
      heardAt = now
      switch result.outcome {
      case .success(let twins):
        guard questions.answered(eventID: result.envelope.eventID, of: id, isFound: true, now: now) else { return }
        let isNews = !isSwiftlet && withheld.learn(twins, of: id)
        await device.received(twins, keepsMarks: isSwiftlet)
        if device.isLeaving, outbox.isIdle(id) { return detach(id) }
        // What was told before was told to nobody, or refused.
        if strangers.remove(id) != nil || isNews { await device.edgeAppeared() }
      case .failure(let refusal):
        guard questions.answered(eventID: result.envelope.eventID, of: id, isFound: false, now: now) else { return }
        guard refusal.code == 404 else { return log(refusal, id) }
        if device.isLeaving { return detach(id) }
        strangers.insert(id)
        // It wishes nothing, then.
        await device.received([:], keepsMarks: isSwiftlet)
      }
    default: return
    }
  }

  private func receiveStatus(_ payload: [UInt8]) async throws(MessageError) {
    guard !payload.isEmpty else { return }
    let status = try PeerStatus(decoding: payload)
    let new: Presence = status.isOnline ? .online(eventID: status.envelope.eventID) : .offline
    guard new != presence else { return }
    let isFirst = presence == .unknown
    presence = new
    if isFirst {
      for (device, twins) in withheld.release() { report(twins, of: device, every: []) }
    }
    if status.isOnline {
      heardAt = clock.uptime()
      logger.info("edgecore on \(node) is there")
      await open()
    } else {
      logger.warning("edgecore on \(node) is gone; reports wait for it")
      outbox.close()
      questions.close()
    }
  }

  private func log(_ refusal: Refusal, _ id: DeviceID) {
    logOnce("\(id): edgecore refused: \(refusal)")
  }

  private func logOnce(_ text: String) {
    guard loggedRefusals.count < 1000, loggedRefusals.insert(text).inserted else { return }
    logger.warning("\(text)")
  }

  // MARK: Sending

  private func envelope() -> Envelope { Envelope(eventID: ids.next(), timestamp: clock.now()) }

  private func send(_ message: Outbox.Message) {
    let envelope = Envelope(eventID: message.eventID, timestamp: clock.now())
    publish(message.device, .twinUpdate, TwinUpdate.encoded(envelope, changes: message.twins))
  }

  private func send(_ question: TwinQuestions.Question) {
    publish(question.device, .twinGet, Envelope(eventID: question.eventID, timestamp: clock.now()).encoded)
  }

  private func publishStatus(isOnline: Bool) {
    if isOnline { shownAt = clock.uptime() }
    let status = PeerStatus(
      envelope: envelope(), isOnline: isOnline, node: node, protocolName: protocolName, heartbeat: isOnline ? Self.heartbeat : nil)
    do {
      try client.publish(topic: NodeTopic.mapperStatus(mapper: mapper).description, payload: status.encoded, retain: true)
    } catch {
      logger.debug("\(error)")
    }
  }

  private func publish(_ id: DeviceID, _ subject: DeviceTopic.Subject, _ payload: [UInt8]) {
    do { try client.publish(topic: DeviceTopic(address(id), subject).description, payload: payload) } catch {
      // Whatever has to arrive is sent again.
      logger.debug("\(error)")
    }
  }
}
