package import TwinProtocol

/// Decides when a device's status makes a revision of its object: at most one a second, but at once where more than a
/// value changed.
package struct RevisionLimiter: Sendable {
  /// Milliseconds between two revisions of a device's status.
  private let interval: Int64
  private var last: [DeviceID: Int64] = [:]
  private var waiting: Set<DeviceID> = []

  package init(interval: Int64 = 1_000) { self.interval = interval }

  /// A device's twin changed.
  ///
  /// - Parameter now: Milliseconds that only grow, whatever is done to the time of day.
  /// - Returns: Whether to make a revision now; else ``due(now:)`` will name the device in time.
  package mutating func changed(_ id: DeviceID, isUrgent: Bool, now: Int64) -> Bool {
    if !isUrgent, let last = last[id], now < last + interval {
      waiting.insert(id)
      return false
    }
    last[id] = now
    waiting.remove(id)
    return true
  }

  /// Devices whose time has come.
  package mutating func due(now: Int64) -> [DeviceID] {
    let due = waiting.filter { id in
      guard let last = last[id] else { return true }
      return now >= last + interval
    }
    for id in due {
      waiting.remove(id)
      last[id] = now
    }
    return due.sorted()
  }

  /// A device is gone.
  package mutating func removed(_ id: DeviceID) {
    last[id] = nil
    waiting.remove(id)
  }

  /// Whether devices wait.
  package var isWaiting: Bool { !waiting.isEmpty }
}
