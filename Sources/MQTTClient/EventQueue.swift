internal import Synchronization

/// The events between the client's thread and its consumer: bounded for messages, never for what happens to the connection.
final class EventQueue: Sendable {
  private struct State {
    var events: [MQTTEvent] = []
    var head = 0
    var messages = 0
    var bytes = 0
    var dropped = 0
    var isFinished = false
    var isFull = false
    var waiter: CheckedContinuation<MQTTEvent?, Never>?
  }

  private let state = Mutex(State())
  private let maximumMessages: Int
  private let maximumBytes: Int
  /// Called, by the consumer's task, when a full queue has room again.
  private let onRoom: @Sendable () -> Void

  init(maximumMessages: Int, maximumBytes: Int, onRoom: @escaping @Sendable () -> Void) {
    self.maximumMessages = max(maximumMessages, 1)
    self.maximumBytes = max(maximumBytes, 1)
    self.onRoom = onRoom
  }

  /// Whether the consumer lags so far behind that nothing more should be read for it.
  var isFull: Bool { state.withLock { $0.isFull } }

  /// How many messages were discarded because the consumer lagged.
  var dropped: Int { state.withLock { $0.dropped } }

  func push(_ event: MQTTEvent) {
    let waiter = state.withLock { state -> CheckedContinuation<MQTTEvent?, Never>? in
      guard !state.isFinished else { return nil }
      if let waiter = state.waiter {
        state.waiter = nil
        return waiter
      }
      if let size = event.size {
        // Twice the marks: reading stops at the marks, so only who keeps reading nonetheless gets here.
        guard state.messages < 2 * maximumMessages, state.bytes < 2 * maximumBytes else {
          state.dropped += 1
          return nil
        }
        state.messages += 1
        state.bytes += size
        if state.messages >= maximumMessages || state.bytes >= maximumBytes { state.isFull = true }
      }
      state.events.append(event)
      return nil
    }
    waiter?.resume(returning: event)
  }

  func finish() {
    let waiter = state.withLock { state in
      state.isFinished = true
      return state.waiter.take()
    }
    waiter?.resume(returning: nil)
  }

  func next() async -> MQTTEvent? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let (answer, hasRoom) = state.withLock { state -> (MQTTEvent??, Bool) in
          if state.head < state.events.count { return Self.pop(&state, maximumMessages, maximumBytes) }
          if state.isFinished || Task.isCancelled { return (.some(nil), false) }
          // A second consumer would wait for ever; the first one is let go instead.
          state.waiter?.resume(returning: nil)
          state.waiter = continuation
          return (nil, false)
        }
        if hasRoom { onRoom() }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      state.withLock { $0.waiter.take() }?.resume(returning: nil)
    }
  }

  /// Takes what is there already.
  func takeWaiting(atMost limit: Int) -> [MQTTEvent] {
    var events: [MQTTEvent] = []
    var hasRoom = false
    state.withLock { state in
      while events.count < limit, state.head < state.events.count {
        let (event, makesRoom) = Self.pop(&state, maximumMessages, maximumBytes)
        hasRoom = hasRoom || makesRoom
        if case .some(let event?) = event { events.append(event) }
      }
    }
    if hasRoom { onRoom() }
    return events
  }

  private static func pop(_ state: inout State, _ maximumMessages: Int, _ maximumBytes: Int) -> (MQTTEvent??, Bool) {
    let event = state.events[state.head]
    // The slot is overwritten so that the payload isn't kept until the next compaction.
    state.events[state.head] = .connected(sessionPresent: false)
    state.head += 1
    if state.head == state.events.count {
      state.events.removeAll(keepingCapacity: state.events.count <= 1024)
      state.head = 0
    } else if state.head >= 1024, state.head * 2 >= state.events.count {
      state.events.removeFirst(state.head)
      state.head = 0
    }
    guard let size = event.size else { return (.some(event), false) }
    state.messages -= 1
    state.bytes -= size
    guard state.isFull, state.messages <= maximumMessages / 2, state.bytes <= maximumBytes / 2 else { return (.some(event), false) }
    state.isFull = false
    return (.some(event), true)
  }
}

extension MQTTEvent {
  /// The payload's size when this came with a message.
  fileprivate var size: Int? {
    switch self {
    case .message(let message): message.payload.count
    case .oversized: 0
    default: nil
    }
  }
}
