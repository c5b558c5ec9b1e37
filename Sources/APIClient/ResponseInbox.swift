import NIOCore
import NIOHTTP1
import Synchronization

/// What of an answer has arrived and wasn't taken yet: filled on the connection's event loop, emptied by one reader.
///
/// The reader asks for more only when it is empty, so that a slow reader slows the server and not this process's memory.
final class ResponseInbox: Sendable {
  enum Part: Sendable {
    case head(HTTPResponseHead)
    case body(ByteBuffer)
  }

  private struct State {
    var parts: [Part] = []
    var end: Result<Void, APIError>?
    var reader: CheckedContinuation<Part?, any Error>?
  }

  private let state = Mutex(State())

  /// Whether the reader waits for something.
  var isWanted: Bool { state.withLock { $0.reader != nil } }

  func put(_ part: Part) {
    let reader = state.withLock { state in
      guard let reader = state.reader else {
        if state.end == nil { state.parts.append(part) }
        return CheckedContinuation<Part?, any Error>?.none
      }
      state.reader = nil
      return reader
    }
    reader?.resume(returning: part)
  }

  /// Ends the answer; the first end counts.
  ///
  /// - Parameter first: What is done before the reader learns of it, if this end counts.
  /// - Returns: Whether it counts.
  @discardableResult
  func end(_ result: Result<Void, APIError>, first: () -> Void = {}) -> Bool {
    let (counts, reader) = state.withLock { state in
      guard state.end == nil else { return (false, CheckedContinuation<Part?, any Error>?.none) }
      state.end = result
      defer { state.reader = nil }
      return (true, state.reader)
    }
    guard counts else { return false }
    first()
    reader?.resume(with: result.map { nil }.mapError { $0 })
    return true
  }

  /// The next part; `nil` after the last. `readMore` is called when nothing is there.
  func next(readMore: @Sendable () -> Void) async throws -> Part? {
    try await withCheckedThrowingContinuation { continuation in
      let now = state.withLock { state -> Result<Part?, any Error>? in
        if !state.parts.isEmpty { return .success(state.parts.removeFirst()) }
        if let end = state.end { return end.map { nil }.mapError { $0 } }
        state.reader = continuation
        return nil
      }
      if let now { continuation.resume(with: now) } else { readMore() }
    }
  }
}
