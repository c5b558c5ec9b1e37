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
    /// What is wished, once it was written.
    var kept: Write?
    /// How often it was written again in a row, and when last.
    var enforcements = 0
    var enforcedAt = Int64.min
  }

  /// Milliseconds before a value is written again that the device doesn't keep: the first time, and at most.
  private static let enforcementPauses: ClosedRange<Int64> = 1_000...60_000

  private var entries: [String: Entry] = [:]
  /// Whether edgecore has told what was written before.
  private var isInformed = false
  /// Whether edgecore is taken to be away, so that what it knows isn't waited for.
  private var isMissed = false
  /// What the Device's own file wishes.
  private var ownWishes: [String: Twin] = [:]
  /// Properties of which edgecore wishes something, which counts more than the file.
  private var wishedByEdge: Set<String> = []

  /// Properties whose desired value is written again when the device doesn't keep it.
  private let enforced: Set<String>

  /// Nothing is known yet.
  ///
  /// - Parameter enforced: The properties whose `desiredPolicy` is `enforce`.
  package init(enforced: Set<String> = []) { self.enforced = enforced }

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
      entry.kept = nil
      return
    }
    let timestamp = expected.timestamp ?? 0
    if entry.handled?.isSame(timestamp, expected.value) == true {
      let isKept = entry.kept?.timestamp == timestamp && entry.kept?.text == expected.value
      // One that is being written again goes on waiting.
      if !isKept || entry.pending?.timestamp != timestamp { entry.pending = nil }
      // What edgecore has a mark of is known without its text; what was refused isn't.
      if !isKept, enforced.contains(property), entry.handled?.text == nil {
        entry.kept = Write(property: property, text: expected.value, timestamp: timestamp, readsFirst: true, isOwn: isOwn)
      }
      return
    }
    entry.kept = nil
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
  package mutating func finish(_ write: Write, isRefused: Bool = false) {
    var entry = entries[write.property] ?? Entry()
    entry.handled = Mark(timestamp: write.timestamp, text: write.text)
    let kept = Write(property: write.property, text: write.text, timestamp: write.timestamp, readsFirst: true, isOwn: write.isOwn)
    entry.kept = !isRefused && enforced.contains(write.property) ? kept : nil
    if entry.pending?.timestamp == write.timestamp, entry.pending?.text == write.text { entry.pending = nil }
    entries[write.property] = entry
  }

  /// Whether it matters what the device has of a property: its desired value was written, and is to stay.
  package func isKept(_ property: String) -> Bool { !enforced.isEmpty && entries[property]?.kept != nil }

  /// The desired value of a property that was written and is to stay.
  package func kept(_ property: String) -> String? { entries[property]?.kept?.text }

  /// The device has another value than the desired one, which was written: it is written again, after a pause that grows as long
  /// as somebody else keeps changing it.
  ///
  /// - Returns: Whether it is now waiting to be written, and wasn't before.
  package mutating func drifted(_ property: String, now: Int64) -> Bool {
    guard var entry = entries[property], let kept = entry.kept, entry.pending == nil else { return false }
    let pauses = Self.enforcementPauses
    if entry.enforcedAt == .min || now - entry.enforcedAt > 2 * pauses.upperBound { entry.enforcements = 0 }
    let pause = min(pauses.lowerBound << Int64(min(max(entry.enforcements - 1, 0), 6)), pauses.upperBound)
    entry.pending = kept
    entry.attempts = 0
    entry.notBefore = entry.enforcedAt == .min ? now : max(now, entry.enforcedAt + pause)
    entry.enforcedAt = entry.notBefore
    entry.enforcements += 1
    entries[property] = entry
    return true
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
