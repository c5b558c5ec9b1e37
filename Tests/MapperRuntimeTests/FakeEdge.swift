import MQTTClient
import Synchronization
import TestSupport
import TwinProtocol

/// An edge core on a broker: remembers what mappers tell, answers as it is told to, and says what is desired.
final class FakeEdge: Sendable {
  struct Update: Sendable {
    var device: DeviceID
    var message: TwinUpdate
  }

  private struct State {
    var updates: [Update] = []
    var states: [String] = []
    var reasons: [String: String] = [:]
    /// The last value told of each device's properties, when they are remembered.
    var told: [String: [String: Twin]] = [:]
    var remembers = false
    var mapperStatus: [PeerStatus] = []
    var twins: [String: Twin] = [:]
    /// What was wished of each device.
    var wishes: [String: [String: Twin]] = [:]
    var gets = 0
    var answers = true
    var refusal: Refusal?
  }

  private let client: MQTTClient
  private let state = Mutex(State())
  private let node: String

  init(_ broker: TestBroker, node: String = "n") throws {
    self.node = node
    client = try MQTTClient(configuration: MQTTConfiguration(host: "127.0.0.1", port: UInt16(broker.port), clientID: "edge"))
    try client.subscribe(EventBusTopics.filters + [NodeTopic.mapperStatus(mapper: "+").description])
    try client.connect()
  }

  /// Serves until cancelled.
  func run() async {
    for await event in client.events {
      if case .message(let message) = event { receive(message) }
    }
  }

  var updates: [Update] { state.withLock { $0.updates } }
  var states: [String] { state.withLock { $0.states } }
  /// Why a device isn't online, as it was told last.
  func reason(of device: String) -> String? { state.withLock { $0.reasons[device] } }
  var mapperStatus: [PeerStatus] { state.withLock { $0.mapperStatus } }
  var gets: Int { state.withLock { $0.gets } }

  /// The values told of a property, in order.
  func values(_ property: String, of device: String = "d") -> [Twin] {
    updates.filter { $0.device.name == device }.compactMap { $0.message.twins[property] ?? nil }
  }

  /// Answers `twin/get` with what was told, too, as a core does.
  func remember() { state.withLock { $0.remembers = true } }

  /// Whether updates are answered.
  func answer(_ answers: Bool) { state.withLock { $0.answers = answers } }

  func refuse(_ refusal: Refusal?) { state.withLock { $0.refusal = refusal } }

  /// What `twin/get` is answered with.
  func know(_ twins: [String: Twin]) { state.withLock { $0.twins = twins } }

  /// Says that the core is there, as one of ours does.
  func appear(_ eventID: String) async throws {
    try await eventually("the broker") { client.isConnected }
    let status = PeerStatus(envelope: Envelope(eventID: eventID, timestamp: 1), isOnline: true)
    try client.publish(topic: NodeTopic.status(node: node).description, payload: status.encoded, retain: true)
  }

  func disappear() throws {
    let status = PeerStatus(envelope: Envelope(eventID: "", timestamp: 0), isOnline: false)
    try client.publish(topic: NodeTopic.status(node: node).description, payload: status.encoded, retain: true)
  }

  /// Says that a property should have a value.
  func desire(_ property: String, _ text: String, at timestamp: Int64, of device: String = "d") throws {
    // As a core does, it tells the wish to whoever asks, too.
    state.withLock { $0.wishes[device, default: [:]][property] = Twin(expected: TwinValue(text, timestamp: timestamp)) }
    let delta = TwinDelta(
      envelope: Envelope(eventID: "x", timestamp: 1), twins: [property: Twin(expected: TwinValue(text, timestamp: timestamp))],
      delta: [property: text])
    try publish(DeviceTopic(DeviceID(name: device), .twinUpdateDelta), delta.encoded)
  }

  func publish(_ topic: DeviceTopic, _ payload: [UInt8]) throws { try client.publish(topic: topic.description, payload: payload) }

  private func receive(_ message: MQTTMessage) {
    if case .mapperStatus? = NodeTopic(message.topic) {
      if let status = try? PeerStatus(decoding: message.payload) { state.withLock { $0.mapperStatus.append(status) } }
      return
    }
    guard let topic = DeviceTopic(message.topic), case .namespaced(let device) = topic.address else { return }
    switch topic.subject {
    case .twinUpdate:
      guard let update = try? TwinUpdate(decoding: message.payload) else { return }
      let (answers, refusal) = state.withLock { state in
        state.updates.append(Update(device: device, message: update))
        for (name, twin) in update.twins where twin?.actual != nil { state.told[device.name, default: [:]][name] = twin }
        return (state.answers, state.refusal)
      }
      guard answers else { return }
      let result = TwinUpdateResult(envelope: update.envelope, twins: refusal == nil ? update.twins : [:], refusal: refusal)
      try? publish(DeviceTopic(device, .twinUpdateResult), result.encoded)
    case .twinGet:
      guard let question = try? GetRequest(decoding: message.payload) else { return }
      let twins = state.withLock { state in
        state.gets += 1
        let twins = state.twins.merging(state.wishes[device.name] ?? [:]) { known, _ in known }
        return state.remembers ? twins.merging(state.told[device.name] ?? [:]) { known, _ in known } : twins
      }
      try? publish(DeviceTopic(device, .twinGetResult), TwinGetResult(envelope: question.envelope, outcome: .success(twins)).encoded)
    case .stateUpdate:
      guard let update = try? StateUpdate(decoding: message.payload) else { return }
      state.withLock {
        $0.states.append("\(device.name) \(update.state)")
        $0.reasons[device.name] = update.reason
      }
    default: break
    }
  }
}
