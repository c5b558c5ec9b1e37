/// The last events, so that a watcher can go on from a revision it has seen.
package struct WatchHistory: Sendable {
  /// How many events are kept.
  private let capacity: Int
  private var events: [WatchEvent] = []
  /// Where in `events` the kept ones begin; the front is cut off in one go now and then.
  private var start = 0
  /// The last revision whose events are gone.
  private var horizon: Int64

  package init(capacity: Int = 4_096, since resourceVersion: Int64) {
    self.capacity = capacity
    horizon = resourceVersion
  }

  package mutating func append(_ event: WatchEvent) {
    events.append(event)
    if events.count - start > capacity {
      horizon = events[start].resourceVersion
      start += 1
    }
    if start > capacity {
      events.removeFirst(start)
      start = 0
    }
  }

  /// The events after a revision; `nil` when some of them are gone.
  package func events(after resourceVersion: Int64) -> ArraySlice<WatchEvent>? {
    guard resourceVersion >= horizon else { return nil }
    let kept = events[start...]
    let first = kept.firstIndex { $0.resourceVersion > resourceVersion } ?? kept.endIndex
    return kept[first...]
  }
}
