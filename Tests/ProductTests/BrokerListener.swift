import MQTTClient
import TestSupport

/// A client that hears everything at a broker, and clients that speak there.
struct BrokerListener: Sendable {
  static let everything = ["$hw/#", "$ke/#", "#"]
  /// What a mapper may say and nobody answers, so that it comes after what was said before.
  private static let marker = "$hw/events/upload/marker"

  private let client: MQTTClient

  init(_ configuration: MQTTConfiguration) async throws {
    client = try MQTTClient(configuration: configuration)
    try client.subscribe(Self.everything)
    try client.connect()
    try await connected(client)
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
