package import TwinProtocol

/// The `twin/get`s that edgecore hasn't answered yet.
///
/// A value without a clock: times are milliseconds of a clock that never goes back, handed in.
package struct TwinQuestions: Sendable {
  /// A question to be sent now.
  package struct Question: Sendable, Hashable {
    /// The device it is about.
    package let device: DeviceID
    /// Its id.
    package let eventID: String

    /// A question.
    package init(device: DeviceID, eventID: String) {
      self.device = device
      self.eventID = eventID
    }
  }

  private struct Entry: Sendable {
    var eventID: String?
    var attempts = 0
    var deadline: Int64 = 0
  }

  private var entries: [DeviceID: Entry] = [:]
  private var ids: EventIDs
  private var isOpen = false

  /// Nothing is asked yet.
  package init(ids: EventIDs) { self.ids = ids }

  /// Asks for a device's twin.
  package mutating func ask(_ device: DeviceID, now: Int64) -> Question? {
    entries[device] = Entry()
    return isOpen ? send(device, now) : nil
  }

  /// The way to edgecore is there, or edgecore is there anew: asks for the twins of these devices.
  package mutating func open(_ devices: some Sequence<DeviceID>, now: Int64) -> [Question] {
    isOpen = true
    return devices.sorted().compactMap { device in
      entries[device] = Entry()
      return send(device, now)
    }
  }

  /// The way to edgecore is gone.
  package mutating func close() { isOpen = false }

  /// Takes an answer; whether it is one to the question that was sent last. A device that isn't known yet is asked for again.
  package mutating func answered(eventID: String, of device: DeviceID, isFound: Bool, now: Int64) -> Bool {
    guard var entry = entries[device], entry.eventID == eventID else { return false }
    if isFound {
      entries[device] = nil
    } else {
      entry.eventID = nil
      entry.deadline = now + Self.wait(entry.attempts)
      entries[device] = entry
    }
    return true
  }

  /// What has to be asked again.
  package mutating func overdue(now: Int64) -> [Question] {
    guard isOpen else { return [] }
    return entries.filter { $0.value.deadline <= now }.keys.sorted().compactMap { send($0, now) }
  }

  /// Forgets a device.
  package mutating func remove(_ device: DeviceID) { entries[device] = nil }

  private mutating func send(_ device: DeviceID, _ now: Int64) -> Question? {
    guard var entry = entries[device] else { return nil }
    let id = ids.next()
    entry.eventID = id
    entry.attempts += 1
    entry.deadline = now + Self.wait(entry.attempts)
    entries[device] = entry
    return Question(device: device, eventID: id)
  }

  private static func wait(_ attempts: Int) -> Int64 {
    min(Outbox.longestWait, Outbox.shortestWait << min(max(attempts - 1, 0), 16))
  }
}
