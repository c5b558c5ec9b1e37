package import TwinProtocol

/// The twin updates that edgecore hasn't answered yet.
///
/// Each device has at most one update on its way, so that its updates are applied in order; it is sent again, the same
/// with the same `event_id`, until it is answered. What a device reports meanwhile waits, of each property only the newest.
/// So there are never more than two values a property in here, but of properties whose every value is to arrive: those wait
/// in line, up to a limit.
///
/// Only so many values are on their way at a time that edgecore is never idle; the other devices wait for their turn, where
/// what they report is replaced by what is newer, instead of in edgecore's queue, where desired values would wait behind it.
///
/// A value without a clock: times are milliseconds of a clock that never goes back, handed in.
package struct Outbox: Sendable {
  /// An update to be sent now.
  package struct Message: Sendable, Hashable {
    /// The device it is about.
    package let device: DeviceID
    /// Its id, the same each time it is sent.
    package let eventID: String
    /// The properties' changes.
    package let twins: [String: Twin]

    /// An update.
    package init(device: DeviceID, eventID: String, twins: [String: Twin]) {
      self.device = device
      self.eventID = eventID
      self.twins = twins
    }
  }

  /// What an answer was to.
  package enum Answer: Sendable, Hashable {
    /// The update on its way; the messages are what may go now.
    case settled(next: [Message])
    /// None that is on its way: an answer that came twice, or one to somebody else.
    case unknown
  }

  private struct Flight: Sendable {
    var message: Message
    var attempts: Int
    var deadline: Int64

    /// Values that count as being on their way: none once the answer is overdue, or a core that doesn't answer would keep
    /// everything else back.
    var size: Int { attempts == 1 ? message.twins.count : 0 }
  }

  private struct Queue: Sendable {
    var flight: Flight?
    /// Updates to be sent one after the other; one, unless every value of a property is to arrive.
    var waiting: [[String: Twin]] = []
    /// Whether it is among those that wait for their turn.
    var isInLine = false
  }

  /// The first wait for an answer, in milliseconds; each further one is twice as long.
  package static let shortestWait: Int64 = 1000
  /// The longest wait for an answer, in milliseconds.
  package static let longestWait: Int64 = 30_000
  /// After so many unanswered attempts what waits behind an update is put into it: a core that silently refuses
  /// something, as KubeEdge's does, would otherwise never see anything newer.
  package static let patience = 5
  /// How many updates of a device may wait.
  package static let limit = 1000

  /// Values that may be on their way at a time; of a device that has more, all.
  package static let window = 16_000

  private var queues: [DeviceID: Queue] = [:]
  /// Devices that wait for their turn, the first first.
  private var line: [DeviceID] = []
  /// Values on their way.
  private var load = 0
  private var ids: EventIDs
  private var isOpen = false

  /// Values that were replaced by newer ones before they were sent.
  package private(set) var superseded = 0
  /// Updates that were given up for newer ones, unanswered.
  package private(set) var abandoned = 0
  /// Values that were to arrive, each of them, and were replaced because too many waited.
  package private(set) var lost = 0

  /// An empty outbox, closed.
  package init(ids: EventIDs) { self.ids = ids }

  /// Devices whose update is on its way.
  package var inFlight: Int { queues.values.count { $0.flight != nil } }
  /// Values that wait behind updates on their way.
  package var waiting: Int { queues.values.reduce(0) { $0 + $1.waiting.reduce(0) { $0 + $1.count } } }

  /// Takes changes of a device's twin.
  ///
  /// - Parameters:
  ///   - every: Properties whose waiting values are not replaced.
  ///   - marksLosses: Whether a value before which others were lost is told as `uncertain`.
  /// - Returns: What may go now.
  package mutating func add(
    _ twins: [String: Twin], of device: DeviceID, every: Set<String> = [], marksLosses: Bool = false, now: Int64
  ) -> [Message] {
    guard !twins.isEmpty else { return [] }
    // Taken out while it is changed, so that nothing is copied.
    var queue = queues.removeValue(forKey: device) ?? Queue()
    if queue.waiting.isEmpty || !every.isEmpty && Self.isNext(twins, after: queue.waiting[queue.waiting.count - 1], every) {
      queue.waiting.append(twins)
      if queue.waiting.count > Self.limit { shorten(&queue, every, marksLosses) }
    } else {
      superseded += Self.merge(twins, over: &queue.waiting[queue.waiting.count - 1])
    }
    queueUp(&queue, device)
    queues[device] = queue
    return isOpen ? launch(now) : []
  }

  private static func isNext(_ twins: [String: Twin], after last: [String: Twin], _ every: Set<String>) -> Bool {
    every.contains { last[$0]?.actual != nil && twins[$0]?.actual != nil }
  }

  /// - Returns: How many values were replaced.
  private static func merge(_ twins: [String: Twin], over older: inout [String: Twin]) -> Int {
    var replaced = 0
    for (property, twin) in twins {
      guard let old = older[property] else {
        older[property] = twin
        continue
      }
      if old.actual != nil, twin.actual != nil { replaced += 1 }
      older[property] = twin.over(old)
    }
    return replaced
  }

  /// Merges the two oldest updates.
  private mutating func shorten(_ queue: inout Queue, _ every: Set<String>, _ marksLosses: Bool) {
    var oldest = queue.waiting.removeFirst()
    var next = queue.waiting[0]
    for property in every where oldest[property]?.actual != nil && next[property]?.actual != nil {
      lost += 1
      if marksLosses, next[property]?.actual?.quality == nil {
        next[property]?.actual?.quality = "uncertain"
        next[property]?.actual?.reason = "values before this one were lost: they came faster than edgecore takes them"
      }
    }
    _ = Self.merge(next, over: &oldest)
    queue.waiting[0] = oldest
  }

  /// Takes an answer, a refusal too.
  package mutating func answered(eventID: String, of device: DeviceID, now: Int64) -> Answer {
    guard var queue = queues[device], let flight = queue.flight, flight.message.eventID == eventID else { return .unknown }
    load -= flight.size
    queue.flight = nil
    queueUp(&queue, device)
    queues[device] = queue
    return .settled(next: isOpen ? launch(now) : [])
  }

  /// The way to edgecore is there, or edgecore is there anew: what is on its way is sent again, and what waits, for the
  /// first time.
  package mutating func open(now: Int64) -> [Message] {
    isOpen = true
    load = 0
    var messages: [Message] = []
    for device in queues.keys.sorted() {
      guard var flight = queues[device]?.flight else { continue }
      flight.attempts = 1
      flight.deadline = now + Self.shortestWait
      queues[device]?.flight = flight
      load += flight.size
      messages.append(flight.message)
    }
    return messages + launch(now)
  }

  /// The way to edgecore is gone: nothing is sent until it is there again.
  package mutating func close() { isOpen = false }

  /// What has to be sent again because its answer is overdue.
  package mutating func overdue(now: Int64) -> [Message] {
    guard isOpen else { return [] }
    var messages: [Message] = []
    for (device, var queue) in queues {
      guard var flight = queue.flight, flight.deadline <= now else { continue }
      load -= flight.size
      if flight.attempts >= Self.patience, !queue.waiting.isEmpty {
        abandoned += 1
        queue.waiting[0].merge(flight.message.twins) { newer, older in newer.over(older) }
        let message = launch(&queue, device, now)
        messages.append(message)
        load += message.twins.count
      } else {
        flight.deadline = now + min(Self.longestWait, Self.shortestWait << min(flight.attempts, 16))
        flight.attempts += 1
        queue.flight = flight
        messages.append(flight.message)
      }
      queues[device] = queue
    }
    return messages.sorted { $0.device < $1.device } + launch(now)
  }

  /// Whether nothing of a device is on its way, or waits.
  package func isIdle(_ device: DeviceID) -> Bool {
    queues[device].map { $0.flight == nil && $0.waiting.isEmpty } ?? true
  }

  /// Forgets a device.
  package mutating func remove(_ device: DeviceID) {
    load -= queues.removeValue(forKey: device)?.flight?.size ?? 0
  }

  /// Puts a device in line that has something to send and nothing on its way.
  private mutating func queueUp(_ queue: inout Queue, _ device: DeviceID) {
    guard queue.flight == nil, !queue.waiting.isEmpty, !queue.isInLine else { return }
    queue.isInLine = true
    line.append(device)
  }

  /// What may go now, in the order in which it came to wait.
  private mutating func launch(_ now: Int64) -> [Message] {
    var messages: [Message] = []
    var count = 0
    for device in line {
      // One that was removed stands in line still, and perhaps again.
      let size = queues[device].map { $0.isInLine ? $0.waiting.first?.count ?? 0 : 0 } ?? 0
      guard load == 0 || load + size <= Self.window else { break }
      count += 1
      guard size > 0, var queue = queues.removeValue(forKey: device) else { continue }
      messages.append(launch(&queue, device, now))
      load += size
      queues[device] = queue
    }
    line.removeFirst(count)
    return messages
  }

  private mutating func launch(_ queue: inout Queue, _ device: DeviceID, _ now: Int64) -> Message {
    let message = Message(device: device, eventID: ids.next(), twins: queue.waiting.removeFirst())
    queue.isInLine = false
    queue.flight = Flight(message: message, attempts: 1, deadline: now + Self.shortestWait)
    return message
  }
}

extension Twin {
  /// This change put over an older one that wasn't delivered: what this one doesn't say stays as the older said it.
  func over(_ older: Twin) -> Twin {
    var result = self
    if result.actual == nil { result.actual = older.actual }
    if result.type == nil { result.type = older.type }
    if result.written == nil { result.written = older.written }
    return result
  }
}
