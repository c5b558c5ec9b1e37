/// The last events, so that a watcher can go on from a revision it has seen.
///
/// Of the changes of a device's status only the last is kept: whoever comes back wants to know how it is, and every value
/// of the last minutes would cost more memory than all devices do.
package struct WatchHistory: Sendable {
  /// How many events are kept.
  private let capacity: Int
  /// About how many bytes they may have.
  private let maximumBytes: Int
  /// In the order of their revisions; superseded ones are `nil` until they are swept away.
  private var events: [WatchEvent?] = []
  private var count = 0
  private var bytes = 0
  /// Where in `events` the last change of a device's status is.
  private var lastStatus: [ObjectKey: Int] = [:]
  /// The last revision whose events are gone.
  private var horizon: Int64

  package init(capacity: Int = 1_024, maximumBytes: Int = 16 << 20, since resourceVersion: Int64) {
    self.capacity = capacity
    self.maximumBytes = maximumBytes
    horizon = resourceVersion
  }

  package mutating func append(_ event: WatchEvent) {
    let key = event.object.stored.key
    if let last = lastStatus.removeValue(forKey: key), event.isStatusOnly || event.change == .deleted {
      events[last] = nil
      count -= 1
    }
    if event.isStatusOnly { lastStatus[key] = events.count }
    events.append(event.forHistory)
    count += 1
    bytes += event.weight
    while bytes > maximumBytes, count > lastStatus.count { forgetOldest() }
    // A device's status is no older than the device, so what is kept for it doesn't count against the others.
    if count > capacity + lastStatus.count { forgetOldest() }
    if events.count > 2 * (capacity + lastStatus.count) { sweep() }
  }

  private mutating func forgetOldest() {
    guard let oldest = events.firstIndex(where: { $0 != nil && $0?.isStatusOnly == false }), let event = events[oldest] else { return }
    // Everything before it goes too: what is kept has no gaps but those of a status that moved on.
    for index in events[...oldest].indices {
      guard let gone = events[index] else { continue }
      if gone.isStatusOnly { lastStatus[gone.object.stored.key] = nil }
      events[index] = nil
      count -= 1
      bytes -= gone.weight
    }
    horizon = event.resourceVersion
  }

  private mutating func sweep() {
    events.removeAll { $0 == nil }
    lastStatus = [:]
    for (index, event) in events.enumerated() {
      guard let event, event.isStatusOnly else { continue }
      lastStatus[event.object.stored.key] = index
    }
  }

  /// The events after a revision; `nil` when some of them are gone.
  package func events(after resourceVersion: Int64) -> [WatchEvent]? {
    guard resourceVersion >= horizon else { return nil }
    return events.compactMap { $0 }.filter { $0.resourceVersion > resourceVersion }
  }
}
