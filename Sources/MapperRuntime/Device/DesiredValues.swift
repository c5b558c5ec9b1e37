package import TwinProtocol

/// The desired values of a device, and which of them the device has got.
///
/// A desired value is known by its timestamp and is written once. Which one was written last is remembered here, and
/// learned from edgecore at the start.
///
/// A value without a clock: times are milliseconds of a clock that never goes back, handed in.
package struct DesiredValues: Sendable {
  /// A value to be written.
  package struct Write: Sendable, Hashable {
    /// The property.
    package let property: String
    /// The value's text.
    package let text: String
    /// What identifies the value, in milliseconds since 1970.
    package let timestamp: Int64
    /// Whether to read first and write only what differs.
    package let readsFirst: Bool
    /// Whether the Device's own file wishes it, not edgecore.
    package let isOwn: Bool

    /// A write.
    package init(property: String, text: String, timestamp: Int64, readsFirst: Bool, isOwn: Bool = false) {
      self.property = property
      self.text = text
      self.timestamp = timestamp
      self.readsFirst = readsFirst
      self.isOwn = isOwn
    }
  }

  private struct Mark: Sendable, Hashable {
    var timestamp: Int64
    /// `nil` when only the timestamp is known.
    var text: String?

    func isSame(_ timestamp: Int64, _ text: String) -> Bool {
      // A core that gives no timestamps has only the value to tell one wish from another.
      self.timestamp == timestamp && (timestamp != 0 || self.text == nil || self.text == text)
    }
  }

  private struct Entry: Sendable {
    var handled: Mark?
    var pending: Write?
    var attempts = 0
    var notBefore = Int64.min
  }

  private var entries: [String: Entry] = [:]
  /// Whether edgecore has told what was written before.
  private var isInformed = false
  /// Whether edgecore is taken to be away, so that what it knows isn't waited for.
  private var isMissed = false
  /// What the Device's own file wishes.
  private var ownWishes: [String: Twin] = [:]
  /// Properties of which edgecore wishes something, which counts more than the file.
  private var wishedByEdge: Set<String> = []

  /// Nothing is known yet.
  package init() {}

  /// Takes edgecore's answer to `twin/get`: everything it knows.
  ///
  /// - Parameter keepsMarks: Whether this core remembers what was written: then a value without a mark was never written.
  package mutating func learn(_ twins: [String: Twin], keepsMarks: Bool) {
    let isFirst = !isInformed && !isMissed
    isInformed = true
    wishedByEdge = Set(twins.filter { !($0.value.expected?.value ?? "").isEmpty }.keys)
    for (property, twin) in twins {
      // Of most properties nothing was ever wished.
      guard entries[property] != nil || twin.expected != nil || twin.written != nil else { continue }
      var entry = entries[property] ?? Entry()
      take(twin.written, &entry)
      if wishedByEdge.contains(property) || ownWishes[property] == nil {
        wish(twin.expected, for: property, readsFirst: !keepsMarks || twin.expected?.value == twin.actual?.value, &entry)
      }
      entries[property] = entry
    }
    for property in entries.keys where twins[property] == nil && ownWishes[property] == nil { entries[property]?.pending = nil }
    for (property, twin) in ownWishes where !wishedByEdge.contains(property) {
      if isFirst || entries[property]?.pending?.isOwn == true { wishOwn(twin, property) }
    }
  }

  /// Takes what edgecore has kept of an earlier write, by this process or one before, unless this one knows of a later one.
  ///
  /// What another process refused this one may take: the reason may be gone.
  private func take(_ written: WrittenMark?, _ entry: inout Entry) {
    guard let written, written.error == nil, written.timestamp > entry.handled?.timestamp ?? .min else { return }
    entry.handled = Mark(timestamp: written.timestamp, text: nil)
  }

  /// Takes what the Device's own file wishes; it is written only if the device has another value, and not before it is known
  /// what was written when, or that nobody is there to say.
  package mutating func learn(fromFile wishes: [String: Twin]) {
    let old = ownWishes
    ownWishes = wishes
    for property in old.keys where wishes[property] == nil && entries[property]?.pending?.isOwn == true {
      entries[property]?.pending = nil
    }
    guard isInformed || isMissed else { return }
    for (property, twin) in wishes where old[property] != twin { wishOwn(twin, property) }
  }

  /// edgecore doesn't say what it knows, and isn't waited for any longer; whether that changes anything.
  package mutating func miss() -> Bool {
    guard !isInformed, !isMissed else { return false }
    isMissed = true
    for (property, twin) in ownWishes where entries[property]?.pending == nil { wishOwn(twin, property) }
    return true
  }

  private mutating func wishOwn(_ twin: Twin, _ property: String) {
    var entry = entries[property] ?? Entry()
    wish(twin.expected, for: property, readsFirst: true, isOwn: true, &entry)
    entries[property] = entry
  }

  /// Whether edgecore is told what became of a write: not of the file's wish where it has one of its own, whose mark that
  /// would take.
  package func isMarked(_ write: Write) -> Bool { !write.isOwn || !wishedByEdge.contains(write.property) }

  /// Takes a `twin/update/delta`: what is wished and differs.
  ///
  /// - Returns: Whether it says something older than what was written, so that edgecore has to be asked what holds.
  package mutating func learn(_ delta: TwinDelta, keepsMarks: Bool) -> Bool {
    // A delta says what differs, not what was written already: a value that was turned by hand since must stay.
    guard isInformed || !keepsMarks else { return true }
    var isDoubtful = false
    for (property, twin) in delta.twins where delta.delta[property] != nil {
      var entry = entries[property] ?? Entry()
      wishedByEdge.insert(property)
      take(twin.written, &entry)
      if let handled = entry.handled, let timestamp = twin.expected?.timestamp, timestamp < handled.timestamp {
        isDoubtful = true
        continue
      }
      wish(twin.expected, for: property, readsFirst: !keepsMarks, &entry)
      entries[property] = entry
    }
    return isDoubtful
  }

  private func wish(_ expected: TwinValue?, for property: String, readsFirst: Bool, isOwn: Bool = false, _ entry: inout Entry) {
    guard let expected, !expected.value.isEmpty else {
      entry.pending = nil
      return
    }
    let timestamp = expected.timestamp ?? 0
    if entry.handled?.isSame(timestamp, expected.value) == true {
      entry.pending = nil
      return
    }
    if let pending = entry.pending, pending.timestamp == timestamp, pending.text == expected.value { return }
    entry.pending = Write(property: property, text: expected.value, timestamp: timestamp, readsFirst: readsFirst, isOwn: isOwn)
    entry.attempts = 0
    entry.notBefore = .min
  }

  /// What is to be written now, in the order of the wishes.
  package func due(now: Int64) -> [Write] {
    entries.values.filter { $0.notBefore <= now }.compactMap(\.pending).sorted {
      ($0.timestamp, $0.property) < ($1.timestamp, $1.property)
    }
  }

  /// When a postponed write is due next; `nil` when none is.
  package func nextRetry(now: Int64) -> Int64? {
    entries.values.filter { $0.pending != nil }.map { max($0.notBefore, now) }.min()
  }

  /// A value was written, or refused for good.
  package mutating func finish(_ write: Write) {
    var entry = entries[write.property] ?? Entry()
    entry.handled = Mark(timestamp: write.timestamp, text: write.text)
    if entry.pending?.timestamp == write.timestamp, entry.pending?.text == write.text { entry.pending = nil }
    entries[write.property] = entry
  }

  /// The device couldn't be reached: the value is tried again later, after reading, since it may have arrived.
  package mutating func postpone(_ write: Write, now: Int64) {
    guard var entry = entries[write.property], entry.pending?.timestamp == write.timestamp, entry.pending?.text == write.text else {
      return
    }
    entry.attempts += 1
    let pause = min(Int64(10_000), 250 << Int64(min(entry.attempts - 1, 8)))
    entry.notBefore = now + pause
    entry.pending = Write(
      property: write.property, text: write.text, timestamp: write.timestamp, readsFirst: true, isOwn: write.isOwn)
    entries[write.property] = entry
    // The others wait with it, so that they are written in the order in which they were wished.
    for (property, var other) in entries where other.pending != nil {
      other.notBefore = max(other.notBefore, now + pause)
      entries[property] = other
    }
  }

  /// The device is reached again: nothing waits any longer.
  package mutating func hurry() {
    for property in entries.keys {
      entries[property]?.notBefore = .min
      entries[property]?.attempts = 0
    }
  }
}
