internal import Synchronization

/// Counts the events of a bus, from any thread.
final class EventCounts: Sendable {
  private let state = Mutex((events: 0, lost: 0))

  func add(events: Int, lost: Int) {
    state.withLock { state in
      state.events += events
      state.lost += lost
    }
  }

  /// Events that came, and events that are known to be lost.
  var counts: (events: Int, lost: Int) { state.withLock { $0 } }
}
