import MQTTClient
import TestSupport

/// A client that hears everything at a broker, and clients that speak there.
struct BrokerListener: Sendable {
  static let everything = ["$hw/#", "$ke/#", "#"]
  /// What a mapper may say and nobody answers, so that it comes after what was said before.
  private static let marker = "$hw/events/upload/marker"

  /// One topic for each filter that a mapper may say.
  private static let greetings = ["$hw/events/upload/greeting", "$ke/events/device/greeting/data/update", "greeting/user/x"]

  private let client: MQTTClient

  /// Listens; hears everything when this returns.
  ///
  /// - Parameter mapper: How to say something there.
  init(_ configuration: MQTTConfiguration, greetedBy mapper: MQTTConfiguration) async throws {
    client = try MQTTClient(configuration: configuration)
    try client.subscribe(Self.everything)
    try client.connect()
    try await connected(client)
    // Each subscription is the broker's own matter, and another client may be faster than it.
    let speaker = try MQTTClient(configuration: mapper)
    try speaker.connect()
    try await connected(speaker)
    let greeting = Task {
      while !Task.isCancelled {
        for topic in Self.greetings { try speaker.publish(topic: topic, payload: []) }
        try await Task.sleep(for: .milliseconds(50))
      }
    }
    defer { greeting.cancel() }
    let events = client.events
    try await within("a greeting on each topic") {
      var missing = Set(Self.greetings)
      for await event in events where !missing.isEmpty {
        if case .message(let message) = event { missing.remove(message.topic) }
        if missing.isEmpty { return }
      }
    }
    greeting.cancel()
    await speaker.close()
  }

  /// Publishes as another client, and returns those topics of them on which the message arrived.
  ///
  /// The broker hands on what comes from one client in its order: after the marker nothing more comes.
  func heard(of topics: [String], from configuration: MQTTConfiguration) async throws -> [String] {
    let speaker = try MQTTClient(configuration: configuration)
    try speaker.connect()
    try await connected(speaker)
    let payload = Array("said \(UInt64.random(in: 0 ... .max))".utf8)
    for topic in topics { try speaker.publish(topic: topic, payload: payload) }
    try speaker.publish(topic: Self.marker, payload: payload)
    let heard = try await heard(payload)
    await speaker.close()
    return heard
  }

  /// The topics of messages with this payload, until that of the marker.
  func heard(_ payload: [UInt8]) async throws -> [String] {
    try await within("the marker") {
      var topics: [String] = []
      for await event in client.events {
        guard case .message(let message) = event, message.payload == payload else { continue }
        if message.topic == Self.marker { return topics }
        topics.append(message.topic)
      }
      throw TestSupportError("the listener lost the broker")
    }
  }

  func close() async { await client.close() }
}

/// Waits for a client's connection.
///
/// - Throws: ``MQTTError`` when it is refused.
func connected(_ client: MQTTClient) async throws {
  try await within("a connection") {
    for await event in client.events {
      if case .connected = event { return }
      if case .disconnected(let error) = event { throw error }
    }
  }
}

/// Connects as a client and leaves again.
///
/// - Throws: ``MQTTError`` when it is refused.
func admitted(_ configuration: MQTTConfiguration) async throws {
  let client = try MQTTClient(configuration: configuration)
  try client.connect()
  do { try await connected(client) } catch {
    await client.close()
    throw error
  }
  await client.close()
}

/// Does something that has to be done within 30 seconds.
func within<T: Sendable>(_ what: String, _ work: @escaping @Sendable () async throws -> T) async throws -> T {
  try await withThrowingTaskGroup(of: T.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(for: .seconds(30))
      throw TestSupportError("no \(what) within 30 seconds")
    }
    defer { group.cancelAll() }
    guard let value = try await group.next() else { throw CancellationError() }
    return value
  }
}
