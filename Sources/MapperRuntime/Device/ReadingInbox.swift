internal import MapperSDK
internal import Synchronization

/// Readings on their way from a bus to a device. The bus never waits: when the device lags behind, the oldest are dropped
/// and counted; of events, the next one of the point says so.
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
    var batches: [(entries: [Entry], areEvents: Bool)] = []
    var dropped = 0
    /// Events dropped of each point since one of it was taken.
    var lost: [Int: Int] = [:]
  }

  /// How many batches may wait.
  static let limit = 256

  private let state = Mutex(State())
  /// Signalled when something came.
  let mailbox = Mailbox()

  func push(_ entries: [Entry], areEvents: Bool = false) {
    state.withLock { state in
      if state.batches.count >= Self.limit {
        let oldest = state.batches.removeFirst()
        state.dropped += oldest.entries.count
        if oldest.areEvents {
          for entry in oldest.entries { state.lost[entry.point, default: 0] += 1 }
        }
      }
      state.batches.append((entries, areEvents))
    }
    mailbox.signal()
  }

  /// Takes what came, in order.
  func drain() -> [[Entry]] {
    let (batches, lost) = state.withLock { state in
      defer {
        state.batches.removeAll()
        state.lost = [:]
      }
      return (state.batches.map(\.entries), state.lost)
    }
    return lost.isEmpty ? batches : Self.mark(batches, lost)
  }

  /// Has the first entry of each point that lost events say so.
  private static func mark(_ batches: [[Entry]], _ lost: [Int: Int]) -> [[Entry]] {
    var lost = lost
    var batches = batches
    for batch in batches.indices {
      for index in batches[batch].indices {
        guard let count = lost.removeValue(forKey: batches[batch][index].point),
          case .value(let value, let time) = batches[batch][index].reading
        else { continue }
        batches[batch][index].reading = .uncertain(
          value, time: time, reason: "\(count) events before this one were lost: they came faster than the mapper takes them")
      }
    }
    return batches
  }

  /// Readings that were dropped.
  var dropped: Int { state.withLock { $0.dropped } }
}
