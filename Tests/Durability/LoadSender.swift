import JSON
import MQTTClient
import TestSupport
import TwinProtocol

/// Publishes what ``TwinLoad`` says, and tells it what comes back. It isn't killed.
actor LoadSender {
  private let client: MQTTClient
  private let node: String
  private var load: TwinLoad
  private var edgeStart = ""
  private var gets: [Int: [String: Twin]] = [:]
  private let start = ContinuousClock.now

  init(configuration: MQTTConfiguration, node: String, load: TwinLoad) throws {
    client = try MQTTClient(configuration: configuration)
    self.node = node
    self.load = load
    try client.subscribe([
      "$hw/events/device/+/+/twin/update/result", "$hw/events/device/+/+/twin/update/document",
      "$hw/events/device/+/+/twin/get/result", NodeTopic.status(node: node).description,
    ])
  }

  /// Sends until cancelled.
  func run() async throws {
    try client.connect()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { for await event in self.client.events { await self.take(event) } }
      group.addTask {
        while !Task.isCancelled {
          try await Task.sleep(for: .milliseconds(100))
          await self.tick()
        }
      }
      try await group.next()
      group.cancelAll()
    }
    await client.close()
  }

  private var now: Int64 {
    let (seconds, fraction) = start.duration(to: .now).components
    return seconds * 1_000 + fraction / 1_000_000_000_000_000
  }

  private func take(_ event: MQTTEvent) {
    switch event {
    case .connected: publish(load.again(all: true, now: now) + load.next(now: now))
    case .message(let message): take(message)
    case .subscriptionRefused(let filters): load.problem("subscriptions refused: \(filters)")
    default: break
    }
  }

  private func take(_ message: MQTTMessage) {
    if message.topic == NodeTopic.status(node: node).description {
      guard let status = try? PeerStatus(decoding: message.payload), status.isOnline, status.envelope.eventID != edgeStart else { return }
      edgeStart = status.envelope.eventID
      return publish(load.again(all: true, now: now))
    }
    guard let topic = DeviceTopic(message.topic), let device = Int(topic.address.name.dropFirst("device-".count)) else { return }
    do {
      switch topic.subject {
      case .twinUpdateResult:
        let receipt = try TwinUpdateReceipt(decoding: message.payload)
        load.answered(device, eventID: receipt.envelope.eventID, refusal: receipt.refusal)
        publish(load.next(now: now))
      case .twinUpdateDocument:
        let document = try JSONValue(parsing: message.payload)
        load.documented(device, eventID: document["event_id"]?.string ?? "", changes: document["twin"]?.object ?? [:])
      case .twinGetResult:
        if case .success(let twins) = try TwinGetResult(decoding: message.payload).outcome { gets[device] = twins }
      default: break
      }
    } catch {
      load.problem("\(message.topic): \(error)")
    }
  }

  private func tick() {
    guard client.isConnected else { return }
    publish(load.again(all: false, now: now) + load.next(now: now))
  }

  private func publish(_ sends: [TwinLoad.Send]) {
    for send in sends {
      // What the client can't take is sent again when it has waited long enough.
      try? client.publish(topic: send.topic, payload: send.payload)
    }
  }

  // MARK: What it came to

  var state: TwinLoad { load }

  /// Sends nothing new, and waits until all is answered.
  func settle(within deadline: Duration) async throws {
    load.end()
    let end = ContinuousClock.now.advanced(by: deadline)
    while !load.isSettled {
      guard ContinuousClock.now < end else { throw TestSupportError("updates are still unanswered after \(deadline)") }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// What edgecore says each device has.
  func askForTwins(devices: Int, within deadline: Duration) async throws -> [Int: [String: Twin]] {
    let end = ContinuousClock.now.advanced(by: deadline)
    while gets.count < devices {
      for device in 0..<devices where gets[device] == nil {
        try client.publish(topic: DeviceTopic(DeviceID(name: TwinLoad.name(device)), .twinGet).description, payload: Array("{}".utf8))
      }
      let before = ContinuousClock.now
      while gets.count < devices, ContinuousClock.now < before.advanced(by: .seconds(5)) { try await Task.sleep(for: .milliseconds(50)) }
      guard ContinuousClock.now < end else { throw TestSupportError("only \(gets.count) twins were told within \(deadline)") }
    }
    return gets
  }
}
