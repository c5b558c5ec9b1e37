internal import MapperSDK

/// What a connection's lines are at: reads, writes and pulses. ``LineTable/watch(_:into:)`` and what follows it take edges.
struct LineTable {
  /// A property that is watched.
  struct Watched {
    var point: GPIOPoint
    /// Its lines; `nil`: they can't be had at present.
    var key: LineKey?
    var tracker: InputTracker?
  }

  /// The kernel's monotonic clock, in nanoseconds.
  let clock: @Sendable () -> Int64
  let memory: CountMemory
  var directory: LineDirectory
  var taken = TakenLines()
  /// In the order in which they are watched.
  var watched: [Watched] = []
  /// Whose values weren't told when they should have been, because their lines couldn't be had.
  var untold: Set<PointName> = []
  /// Lines whose level isn't what their edges say, and when they are looked at again.
  var doubts: [LineKey: Int64] = [:]
  var calendar = EdgeCalendar()
  /// When lines are tried again that couldn't be had.
  var retryAt = Int64.max
  /// What is to be told by whoever waits for edges, who has to be woken for it.
  var pending: [Told] = []

  init(
    chip: String?, finder: ChipFinder, memory: CountMemory = CountMemory(), clock: @escaping @Sendable () -> Int64 = { Monotonic.now() }
  ) throws(GPIOError) {
    self.clock = clock
    self.memory = memory
    directory = try LineDirectory(chip: chip, finder: finder)
  }

  /// The lines of a point, taken if they aren't yet.
  mutating func take(_ point: GPIOPoint) throws(GPIOError) -> LineKey {
    let key = try directory.key(of: point.visitor.lines)
    try taken.take(key, point, on: try directory.chip(key.chip))
    return key
  }

  /// Reads a level, a count or a frequency.
  ///
  /// - Throws: ``GPIOError`` when the lines can't be had, or read.
  mutating func read(_ point: GPIOPoint) throws(GPIOError) -> Reading {
    do throws(GPIOError) {
      let key = try take(point)
      // Whoever watches it begins now, before an edge is lost.
      for place in watched.indices where watched[place].key == nil && PointName(watched[place].point) == PointName(point) {
        try begin(place, carrying: nil)
        pending += tellLate(place)
      }
      let reading = try reading(of: point, key)
      untold.remove(PointName(point))
      return reading
    } catch {
      untold.insert(PointName(point))
      throw error
    }
  }

  /// What a point is, its lines being taken.
  func reading(of point: GPIOPoint, _ key: LineKey) throws(GPIOError) -> Reading {
    // A level is what the line has now, though its edge may wait; but a debounced one is what lasted.
    if point.detectsEdges, point.visitor.measures != .level || point.visitor.debounce > 0 {
      let name = PointName(point)
      if let tracker = watched.first(where: { $0.key == key && PointName($0.point) == name })?.tracker {
        return tracker.reading(of: point, now: clock())
      }
    }
    guard let request = taken[key] else { throw GPIOError("\(key) isn't taken") }
    let levels = try request.levels()
    guard point.visitor.measures != .level, let level = levels.first else { return .value(point.value(levels)) }
    return InputTracker(point.visitor, level: level, since: clock()).reading(of: point, now: clock())
  }

  /// Sets outputs, or a count.
  ///
  /// - Throws: ``ReadingError`` when the value means nothing here, ``GPIOError`` when the lines can't be had, or set.
  mutating func write(_ value: Value, to point: GPIOPoint) throws {
    guard point.visitor.measures != .count else { return try setCount(value, of: point) }
    guard point.isOutput else { throw ReadingError(.readOnly, "an input can't be written") }
    let levels = try point.levels(value)
    try taken.set(try take(point), levels)
  }

  private mutating func setCount(_ value: Value, of point: GPIOPoint) throws {
    guard let number = value.number, let count = Int64(exactly: (number / point.visitor.scale).rounded()) else {
      throw ReadingError(.invalidValue, "a count is a number")
    }
    let name = PointName(point)
    guard let place = watched.firstIndex(where: { $0.tracker != nil && PointName($0.point) == name }) else {
      // It says why there is nothing to set.
      _ = try take(point)
      throw ReadingError(.busy, "the count hasn't begun yet")
    }
    watched[place].tracker?.setCount(count)
  }

  /// Begins pulses.
  ///
  /// - Throws: ``ReadingError`` when there is nothing like that, ``GPIOError`` when the line can't be had, or set.
  mutating func perform(_ command: DeviceCommand, on point: GPIOPoint) throws {
    guard point.isOutput, !point.visitor.isGroup else {
      throw ReadingError(.invalidValue, "\(command.name) is for an output of one line, which \(point.property) is not")
    }
    let now = clock()
    let train = try PulseTrain(command, start: now)
    let key = try take(point)
    if let level = try taken.start(train, on: key, now: now) { pending += tell(level, of: key) }
  }

  /// Gives everything back.
  mutating func close() {
    for case let entry in watched where entry.point.visitor.measures == .count {
      if let tracker = entry.tracker { memory.keep(tracker.meter.count, of: entry.point) }
    }
    taken.close()
    directory.close()
    watched = []
    doubts = [:]
    pending = []
  }
}
