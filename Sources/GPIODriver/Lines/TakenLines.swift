internal import MapperSDK

/// The lines that a connection has, and the pulses that run on them.
struct TakenLines {
  /// A request, and the property that it was made for.
  private struct Entry {
    var request: any LineRequest
    var settings: LineSettings
    /// For error messages.
    var user: String
    /// Pulses on their way.
    var train: PulseTrain?
  }

  private var entries: [LineKey: Entry] = [:]

  /// The request of lines that were taken.
  subscript(key: LineKey) -> (any LineRequest)? { entries[key]?.request }

  /// Takes lines for a point, unless they are taken for it or its like already.
  ///
  /// - Throws: ``GPIOError`` when somebody has them, or when another point uses them in another way.
  mutating func take(_ key: LineKey, _ point: GPIOPoint, on chip: any GPIOChip) throws(GPIOError) {
    let settings = point.settings
    if let known = entries[key] {
      guard known.settings == settings else { throw GPIOError("\(key) is used in another way by \(known.user)") }
      return
    }
    if let (_, other) = entries.first(where: { $0.key.chip == key.chip && !Set($0.key.offsets).isDisjoint(with: key.offsets) }) {
      throw GPIOError("\(key) is used already by \(other.user)")
    }
    var levels: [Bool]?
    if let initial = point.visitor.initial { levels = try? point.levels(.int(initial)) }
    let request = try chip.request(key.offsets, settings, levels: levels, consumer: point.config.consumer)
    entries[key] = Entry(request: request, settings: settings, user: "\(point.property) of \(point.device)")
  }

  /// Gives lines back that aren't wanted, or not in this way.
  mutating func keep(_ isWanted: (LineKey, LineSettings) -> Bool) {
    for (key, entry) in entries where !isWanted(key, entry.settings) { release(key) }
  }

  /// Gives all lines back.
  mutating func close() { keep { _, _ in false } }

  private mutating func release(_ key: LineKey) {
    guard let entry = entries.removeValue(forKey: key) else { return }
    // Nothing stays on for good because of pulses that can't be ended later.
    if entry.train != nil { try? entry.request.set([false]) }
    entry.request.release()
  }

  // MARK: Levels

  /// Sets lines. What is written holds, whatever pulses were on their way.
  mutating func set(_ key: LineKey, _ levels: [Bool]) throws(GPIOError) {
    entries[key]?.train = nil
    try entries[key]?.request.set(levels)
  }

  /// Begins pulses, in place of those that are on their way.
  mutating func start(_ train: PulseTrain, on key: LineKey, now: Int64) throws(GPIOError) -> Bool? {
    entries[key]?.train = train
    return try step(key, now: now)
  }

  /// Sets what pulses have due.
  ///
  /// - Returns: The lines that were set, and their level now.
  mutating func step(now: Int64) throws(GPIOError) -> [(key: LineKey, level: Bool)] {
    var steps: [(key: LineKey, level: Bool)] = []
    for key in entries.keys {
      if let level = try step(key, now: now) { steps.append((key, level)) }
    }
    return steps
  }

  private mutating func step(_ key: LineKey, now: Int64) throws(GPIOError) -> Bool? {
    guard let level = entries[key]?.train?.level(now: now) else { return nil }
    try entries[key]?.request.set([level])
    if entries[key]?.train?.isOver == true { entries[key]?.train = nil }
    return level
  }

  // MARK: Waiting

  /// When pulses have something due.
  var deadline: Int64? { entries.values.compactMap { $0.train?.deadline }.min() }

  /// What edges come from.
  var sources: [EdgeSource] {
    entries.flatMap { key, entry in entry.request.descriptors.map { EdgeSource(descriptor: $0.descriptor, key: key, line: $0.line) } }
  }
}
