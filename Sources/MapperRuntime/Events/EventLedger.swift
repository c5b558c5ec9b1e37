internal import MapperSDK

/// What happened to devices and isn't told yet, and what was told, so that the same again only raises a count.
///
/// A value: times are milliseconds, `now` since 1970, `uptime` of a clock that never goes back.
package struct EventLedger: Sendable {
  /// What bounds memory and what the API server gets.
  package struct Limits: Sendable, Hashable {
    /// Events of a device that may be told at once.
    package var burst = 20
    /// Milliseconds until a device may tell one more.
    package var interval: Int64 = 15_000
    /// Different events of a device that may wait to be told.
    package var waitingPerDevice = 20
    /// Different events that may wait altogether.
    package var waiting = 500
    /// Different events that are remembered, those that wait among them.
    package var remembered = 1_000

    /// The defaults.
    package init() {}
  }

  /// Something to tell the API server.
  package struct Delivery: Sendable, Hashable {
    /// What happened.
    package let event: DeviceEvent
    /// The name of the object that told it before and has its count raised; `nil` to make one.
    package let name: String?
    /// How often it happened in all.
    package let count: Int
    /// When it happened first and last, in milliseconds since 1970.
    package let first: Int64
    package let last: Int64
  }

  /// What became of a delivery.
  package enum Outcome: Sendable, Hashable {
    /// The object of that name tells it.
    case told(name: String)
    /// The server isn't reached, or can't now: it stays.
    case notNow
    /// The object to raise is gone, or the name is taken: it is told in a new one.
    case objectGone
    /// The server won't take it.
    case refused
  }

  private struct Record {
    var name: String?
    var count = 0
    var first: Int64
    var last: Int64
    /// Whether it waits to be told.
    var isWaiting = true
    var isOnItsWay = false
  }

  private let limits: Limits
  private var records: [DeviceEvent: Record] = [:]
  /// What waits, the oldest first.
  private var queue: [DeviceEvent] = []
  private var buckets: [DeviceName: TokenBucket] = [:]

  /// Events that were left out because too many waited.
  package private(set) var dropped = 0
  /// Events that the server refused.
  package private(set) var refused = 0
  /// Objects made and counts raised.
  package private(set) var told = 0

  /// Nothing happened yet.
  package init(limits: Limits = Limits()) { self.limits = limits }

  /// How many wait to be told.
  package var waiting: Int { queue.count }

  /// Something happened.
  ///
  /// - Returns: Whether it will be told; if not, it was counted as dropped.
  @discardableResult
  package mutating func post(_ event: DeviceEvent, now: Int64) -> Bool {
    if var record = records[event] {
      record.count += 1
      record.last = now
      let isNew = !record.isWaiting && !record.isOnItsWay
      if isNew, !hasRoom(for: event.device) {
        dropped += 1
        return false
      }
      record.isWaiting = true
      records[event] = record
      if isNew { queue.append(event) }
      return true
    }
    guard hasRoom(for: event.device) else {
      dropped += 1
      return false
    }
    makeRoom()
    records[event] = Record(count: 1, first: now, last: now)
    queue.append(event)
    return true
  }

  private func hasRoom(for device: DeviceName) -> Bool {
    queue.count < limits.waiting && queue.count { $0.device == device } < limits.waitingPerDevice
  }

  /// Forgets what was told longest ago, when too much is remembered.
  private mutating func makeRoom() {
    guard records.count >= limits.remembered else { return }
    let idle = records.filter { !$0.value.isWaiting && !$0.value.isOnItsWay }
    if let oldest = idle.min(by: { $0.value.last < $1.value.last }) { records[oldest.key] = nil }
  }

  /// The next to tell; it is on its way until ``settle(_:_:)``.
  package mutating func next(uptime: Int64) -> Delivery? {
    buckets = buckets.filter { !$0.value.isFull(now: uptime) }
    for (index, event) in queue.enumerated() {
      var bucket = bucket(of: event.device, uptime)
      guard var record = records[event], bucket.take(now: uptime) else { continue }
      buckets[event.device] = bucket
      queue.remove(at: index)
      record.isWaiting = false
      record.isOnItsWay = true
      records[event] = record
      return Delivery(event: event, name: record.name, count: record.count, first: record.first, last: record.last)
    }
    return nil
  }

  /// When ``next(uptime:)`` will have something; `nil` while nothing waits.
  package func nextTime(uptime: Int64) -> Int64? { queue.map { bucket(of: $0.device, uptime).nextToken }.min() }

  private func bucket(of device: DeviceName, _ uptime: Int64) -> TokenBucket {
    buckets[device] ?? TokenBucket(capacity: limits.burst, interval: limits.interval, now: uptime)
  }

  /// Takes what became of a delivery.
  package mutating func settle(_ delivery: Delivery, _ outcome: Outcome) {
    guard var record = records[delivery.event], record.isOnItsWay else { return }
    record.isOnItsWay = false
    switch outcome {
    case .told(let name):
      told += 1
      record.name = name
      if record.isWaiting { queue.append(delivery.event) }
    case .notNow, .objectGone:
      if outcome == .objectGone { record.name = nil }
      record.isWaiting = true
      buckets[delivery.event.device]?.giveBack()
      queue.insert(delivery.event, at: 0)
    case .refused:
      refused += 1
      records[delivery.event] = nil
      return
    }
    records[delivery.event] = record
  }
}
