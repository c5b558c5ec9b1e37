internal import MapperSDK

/// The points that a connection watches, and whose they are.
struct WatchedPoints<Point: Sendable>: Sendable {
  /// Whose a point is.
  private struct Owner: Sendable {
    /// The point's place in its device.
    let place: Int
    /// Where readings of its device go: a place in ``inboxes``.
    let inbox: Int
  }

  private(set) var points: [Point] = []
  private var owners: [Owner] = []
  private var inboxes: [ReadingInbox] = []

  var isEmpty: Bool { points.isEmpty }

  /// Adds a device's.
  mutating func add(_ members: [(place: Int, point: Point)], to inbox: ReadingInbox) {
    guard !members.isEmpty else { return }
    for (place, point) in members {
      points.append(point)
      owners.append(Owner(place: place, inbox: inboxes.count))
    }
    inboxes.append(inbox)
  }

  /// Where the driver tells of them.
  ///
  /// - Parameters:
  ///   - now: The time for events without one of their own, in milliseconds since 1970.
  ///   - count: Takes how many came, and how many were lost.
  func sink(
    _ operations: Operations, now: @escaping @Sendable () -> Int64, count: @escaping @Sendable (_ events: Int, _ lost: Int) -> Void
  ) -> EventSink {
    EventSink { [owners, inboxes] events in
      let time = now()
      let operation = operations.next()
      var entries = [[ReadingInbox.Entry]](repeating: [], count: inboxes.count)
      for event in events where owners.indices.contains(event.point) {
        let owner = owners[event.point]
        entries[owner.inbox].append(.init(point: owner.place, reading: event.reading, time: time, operation: operation))
      }
      for (inbox, entries) in zip(inboxes, entries) where !entries.isEmpty { inbox.push(entries, areEvents: true) }
      count(events.count, 0)
    } lose: { lost, _ in
      count(0, lost)
    }
  }
}
