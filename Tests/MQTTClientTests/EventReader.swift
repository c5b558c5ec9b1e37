import MQTTClient
import TestSupport

/// Reads a client's events one by one, each under a deadline.
struct EventReader: Sendable {
  private let events: AsyncStream<MQTTEvent>

  init(_ client: MQTTClient) { events = client.events }

  /// The next event that `select` makes something of.
  func next<Value: Sendable>(_ what: String, _ select: @escaping @Sendable (MQTTEvent) -> Value?) async throws -> Value {
    let events = events
    return try await withThrowingTaskGroup(of: Value.self) { group in
      group.addTask {
        for await event in events {
          if let value = select(event) { return value }
        }
        throw TestSupportError("the events ended before the \(what)")
      }
      group.addTask {
        try await Task.sleep(for: .seconds(30))
        throw TestSupportError("no \(what) within 30 seconds")
      }
      defer { group.cancelAll() }
      guard let value = try await group.next() else { throw CancellationError() }
      return value
    }
  }

  func connected() async throws {
    try await next("connection") { if case .connected = $0 { () } else { nil } }
  }

  func disconnected() async throws -> MQTTError {
    try await next("loss of the connection") { if case .disconnected(let error) = $0 { error } else { nil } }
  }

  func message() async throws -> MQTTMessage {
    try await next("message") { if case .message(let message) = $0 { message } else { nil } }
  }

  /// Whether nothing more comes.
  func isAtEnd() async -> Bool {
    var iterator = events.makeAsyncIterator()
    return await iterator.next() == nil
  }
}
