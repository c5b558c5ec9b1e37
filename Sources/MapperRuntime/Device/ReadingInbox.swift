internal import MapperSDK
internal import Synchronization

/// Readings on their way from a bus to a device. The bus never waits: when the device lags behind, the oldest are dropped
/// and counted.
final class ReadingInbox: Sendable {
  /// A reading of one point.
  struct Entry: Sendable {
    /// The point's place in the device.
    var point: Int
    var reading: Reading
    /// When it was read, in milliseconds since 1970.
    var time: Int64
    /// What was done on the bus in which order: readings and writes of a device meet again elsewhere.
    var operation: UInt64
  }

  private struct State {
    var batches: [[Entry]] = []
    var dropped = 0
  }

  /// How many batches may wait.
  static let limit = 256

  private let state = Mutex(State())
  /// Signalled when something came.
  let mailbox = Mailbox()

  func push(_ entries: [Entry]) {
    state.withLock { state in
      if state.batches.count >= Self.limit {
        state.dropped += state.batches.removeFirst().count
      }
      state.batches.append(entries)
    }
    mailbox.signal()
  }

  /// Takes what came, in order.
  func drain() -> [[Entry]] {
    state.withLock { state in
      defer { state.batches.removeAll() }
      return state.batches
    }
  }

  /// Readings that were dropped.
  var dropped: Int { state.withLock { $0.dropped } }
}
