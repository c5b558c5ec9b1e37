import Synchronization

/// What one watcher is to be told and hasn't taken yet, bounded; taken by one reader, all that is there at once.
package final class WatchQueue: Sendable {
  enum Outcome { case taken, full, ended }

  private struct State {
    var initial: [ServedObject]
    var messages: [WatchMessage] = []
    var bytes = 0
    var end: Result<Void, any Error>?
    var reader: CheckedContinuation<[WatchMessage], any Error>?
  }

  /// About how many bytes of what was applied may wait: twice what is kept of the past, so that a replay fits.
  package static let maximumBytes = 32 << 20

  private let capacity: Int
  private let state: Mutex<State>

  /// - Parameters:
  ///   - initial: What is there at the start.
  ///   - capacity: Messages that may wait.
  init(initial: [ServedObject] = [], capacity: Int) {
    self.capacity = capacity
    state = Mutex(State(initial: initial))
  }

  /// What is there at the start.
  package var initial: [ServedObject] { state.withLock { $0.initial } }

  /// The same, which is let go of: it would keep the state of that moment in memory for as long as the watch lasts.
  package func takeInitial() -> [ServedObject] {
    state.withLock { state in
      defer { state.initial = [] }
      return state.initial
    }
  }

  var isEnded: Bool { state.withLock { $0.end != nil } }

  @discardableResult
  func put(_ message: WatchMessage) -> Outcome {
    let (outcome, reader) = state.withLock { state -> (Outcome, CheckedContinuation<[WatchMessage], any Error>?) in
      guard state.end == nil else { return (.ended, nil) }
      if let reader = state.reader {
        state.reader = nil
        return (.taken, reader)
      }
      if case .event(let event) = message { state.bytes += event.weight }
      guard state.messages.count < capacity, state.bytes <= Self.maximumBytes else { return (.full, nil) }
      state.messages.append(message)
      return (.taken, nil)
    }
    reader?.resume(returning: [message])
    return outcome
  }

  /// Nothing more comes; what waits is still told. The first end counts.
  package func finish(throwing error: (any Error)? = nil) {
    let reader = state.withLock { state -> CheckedContinuation<[WatchMessage], any Error>? in
      guard state.end == nil else { return nil }
      state.end = error.map { .failure($0) } ?? .success(())
      defer { state.reader = nil }
      return state.reader
    }
    if let error { reader?.resume(throwing: error) } else { reader?.resume(returning: []) }
  }

  /// All that waits, at least one message; `nil` at the end.
  package func next() async throws -> [WatchMessage]? {
    let messages = try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let now = state.withLock { state -> Result<[WatchMessage], any Error>? in
          if !state.messages.isEmpty {
            defer { (state.messages, state.bytes) = ([], 0) }
            return .success(state.messages)
          }
          if let end = state.end { return end.map { [] } }
          state.reader = continuation
          return nil
        }
        if let now { continuation.resume(with: now) }
      }
    } onCancel: {
      finish()
    }
    return messages.isEmpty ? nil : messages
  }

  /// Ends the queue when nobody is left who could read it.
  final class Reader: Sendable {
    let queue: WatchQueue

    init(_ queue: WatchQueue) { self.queue = queue }

    deinit { queue.finish() }
  }
}

/// A watcher's messages one by one.
package struct WatchMessages: AsyncSequence, Sendable {
  let reader: WatchQueue.Reader

  package struct AsyncIterator: AsyncIteratorProtocol {
    let reader: WatchQueue.Reader
    var rest: ArraySlice<WatchMessage> = []

    package mutating func next() async throws -> WatchMessage? {
      if rest.isEmpty { rest = try await reader.queue.next()?[...] ?? [] }
      return rest.popFirst()
    }
  }

  package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: reader) }
}
