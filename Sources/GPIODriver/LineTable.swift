internal import MapperSDK

/// The lines that a connection has taken, and what runs on them.
struct LineTable {
  /// Lines of one request.
  struct Key: Hashable, Sendable {
    var chip: String
    var offsets: [Int]
  }

  /// A request, and the property it was made for.
  private struct Taken {
    var request: any LineRequest
    var settings: LineSettings
    /// For error messages.
    var user: String
    /// Pulses on their way.
    var train: PulseTrain?
  }

  /// A property that is watched.
  private struct Watched {
    var key: Key
    var point: GPIOPoint
    var tracker: InputTracker?
  }

  private let finder: ChipFinder
  private let chipName: String?
  private var chips: [String: any GPIOChip] = [:]
  private var places: [LineName: (chip: String, offset: Int)] = [:]
  private var taken: [Key: Taken] = [:]
  private var keys: [[LineName]: Key] = [:]
  /// By their places in what is watched; `nil`: lines that can't be had at present.
  private var watched: [Int: Watched] = [:]

  init(chip: String?, finder: ChipFinder) throws(GPIOError) {
    self.finder = finder
    chipName = chip
    guard let chip else { return }
    let opened = try finder.chip(chip)
    chips[opened.name] = opened
  }

  // MARK: Taking lines

  private mutating func place(_ line: LineName) throws(GPIOError) -> (chip: String, offset: Int) {
    if let place = places[line] { return place }
    let place: (chip: String, offset: Int)
    switch line {
    case .offset(let offset):
      guard chipName != nil, let chip = chips.values.first else { throw GPIOError("\(line) is on no chip") }
      place = (chip.name, offset)
    case .name(let name):
      if let chip = chips.values.first(where: { ChipFinder.offset(of: name, on: $0) != nil }) {
        place = (chip.name, ChipFinder.offset(of: name, on: chip) ?? 0)
      } else if chipName != nil, let chip = chips.values.first {
        throw GPIOError("no line of \(chip.name) (\(chip.label)) is called \"\(name)\"")
      } else {
        let found = try finder.chip(withLine: name)
        chips[found.chip.name] = found.chip
        place = (found.chip.name, found.offset)
      }
    }
    places[line] = place
    return place
  }

  /// The request of a point's lines, made if it isn't yet.
  private mutating func take(_ point: GPIOPoint) throws(GPIOError) -> Key {
    let key: Key
    if let known = keys[point.visitor.lines] {
      key = known
    } else {
      var offsets: [Int] = []
      var chip: String?
      for line in point.visitor.lines {
        let place = try place(line)
        guard chip == nil || chip == place.chip else { throw GPIOError("the lines are on different chips, and can't be set together") }
        chip = place.chip
        offsets.append(place.offset)
      }
      key = Key(chip: chip ?? "", offsets: offsets)
      keys[point.visitor.lines] = key
    }
    if let known = taken[key] {
      guard known.settings == point.settings else {
        throw GPIOError("\(Self.text(key)) is used in another way by \(known.user)")
      }
      return key
    }
    if let (_, other) = taken.first(where: { $0.key.chip == key.chip && !Set($0.key.offsets).isDisjoint(with: key.offsets) }) {
      throw GPIOError("\(Self.text(key)) is used already by \(other.user)")
    }
    guard let chip = chips[key.chip] else { throw GPIOError("\(key.chip) is closed") }
    var levels: [Bool]?
    if let initial = point.visitor.initial { levels = try? point.levels(.int(initial)) }
    let request = try chip.request(key.offsets, point.settings, levels: levels, consumer: point.config.consumer)
    taken[key] = Taken(request: request, settings: point.settings, user: "\(point.property) of \(point.device)")
    return key
  }

  private static func text(_ key: Key) -> String {
    "\(key.offsets.count == 1 ? "line" : "lines") \(key.offsets.map(String.init).joined(separator: ", ")) of \(key.chip)"
  }

  // MARK: Reading and writing

  mutating func read(_ point: GPIOPoint, now: Int64) throws(GPIOError) -> Reading {
    let key = try take(point)
    let watched = watched.values.first { $0.key == key && $0.point.property == point.property && $0.point.device == point.device }
    if let tracker = watched?.tracker, point.detectsEdges { return Self.reading(point, tracker, now: now) }
    guard let request = taken[key]?.request else { throw GPIOError("\(Self.text(key)) isn't taken") }
    let levels = try request.levels()
    guard point.visitor.measures == .level else { return Self.reading(point, InputTracker(point.visitor, level: levels[0]), now: now) }
    return .value(point.value(levels))
  }

  /// A count or a frequency, or the level that counts.
  private static func reading(_ point: GPIOPoint, _ tracker: InputTracker, now: Int64) -> Reading {
    let number: Double
    switch point.visitor.measures {
    case .level: return .value(point.value([tracker.level]))
    case .count:
      let scale = point.visitor.scale
      let value: Value =
        scale == 1 && point.type == .int ? .int(tracker.meter.count) : numeric(Double(tracker.meter.count) * scale, point.type)
      return tracker.countDoubt.map { .uncertain(value, reason: $0) } ?? .value(value)
    case .frequency: number = tracker.meter.frequency(now: now) * point.visitor.scale
    }
    return .value(numeric(number, point.type))
  }

  private static func numeric(_ number: Double, _ type: ValueType) -> Value {
    switch type {
    case .float: .float(Float(number))
    case .int: .int(Int64(exactly: number.rounded()) ?? .max)
    default: .double(number)
    }
  }

  mutating func write(_ value: Value, to point: GPIOPoint) throws {
    if point.visitor.measures == .count {
      guard let number = value.number, let count = Int64(exactly: (number / point.visitor.scale).rounded()) else {
        throw ReadingError(.invalidValue, "a count is a number")
      }
      for place in watched.keys where watched[place]?.point.property == point.property && watched[place]?.point.device == point.device {
        watched[place]?.tracker?.setCount(count)
      }
      return
    }
    guard point.isOutput else { throw ReadingError(.readOnly, "an input can't be written") }
    let levels = try point.levels(value)
    let key = try take(point)
    // What is written holds, whatever pulses were on their way.
    taken[key]?.train = nil
    try taken[key]?.request.set(levels)
  }

  mutating func perform(_ command: DeviceCommand, on point: GPIOPoint, now: Int64) throws {
    guard point.isOutput, !point.visitor.isGroup else {
      throw ReadingError(.invalidValue, "\(command.name) is for an output of one line, which \(point.property) is not")
    }
    let train = try PulseTrain(command, start: now)
    let key = try take(point)
    taken[key]?.train = train
  }

  // MARK: Watching

  /// Takes the lines of points, and lets go of all others.
  ///
  /// - Returns: What is told of those whose lines could be had.
  mutating func watch(_ points: [GPIOPoint]) -> [PointEvent] {
    let old = watched
    watched = [:]
    let wanted = Set(points.map(\.visitor.lines))
    for (lines, key) in keys where !wanted.contains(lines) {
      keys[lines] = nil
      guard !keys.values.contains(key) else { continue }
      release(key)
    }
    for place in points.indices { tryToWatch(place, points[place]) }
    // A count goes on where it was.
    for (place, new) in watched {
      let same = old.values.first { $0.key == new.key && $0.point.device == new.point.device && $0.point.property == new.point.property }
      if let tracker = same?.tracker, same?.point.visitor == new.point.visitor { watched[place]?.tracker = tracker }
    }
    return []
  }

  private mutating func release(_ key: Key) {
    guard var lines = taken.removeValue(forKey: key) else { return }
    Self.finish(&lines)
    lines.request.release()
  }

  /// Ends pulses at once: nothing stays on for good because of them.
  private static func finish(_ lines: inout Taken) {
    guard lines.train != nil else { return }
    lines.train = nil
    try? lines.request.set([false])
  }

  @discardableResult
  private mutating func tryToWatch(_ place: Int, _ point: GPIOPoint) -> Bool {
    do throws(GPIOError) {
      let key = try take(point)
      var tracker: InputTracker?
      if point.detectsEdges, let level = try taken[key]?.request.levels().first { tracker = InputTracker(point.visitor, level: level) }
      watched[place] = Watched(key: key, point: point, tracker: tracker)
      return true
    } catch {
      return false
    }
  }

  /// Tries the lines again that couldn't be had.
  ///
  /// - Returns: The levels of those that could now.
  mutating func retry(_ points: [GPIOPoint]) -> [PointEvent] {
    points.indices.compactMap { place in
      guard watched[place] == nil, tryToWatch(place, points[place]), let tracker = watched[place]?.tracker, points[place].tellsLevel
      else { return nil }
      return PointEvent(point: place, reading: .value(points[place].value([tracker.level])))
    }
  }

  /// Whether lines of points couldn't be had.
  func isWaiting(for points: [GPIOPoint]) -> Bool { points.indices.contains { watched[$0] == nil } }

  /// The descriptors that edges come from, each with its lines and the place of the line.
  var descriptors: [(descriptor: Int32, key: Key, line: Int)] {
    taken.flatMap { key, lines in lines.request.descriptors.map { ($0.descriptor, key, $0.line) } }
  }

  /// When something is to be done though no edge comes.
  var deadline: Int64? {
    let trains = taken.values.compactMap { lines in lines.train.flatMap { $0.isOver ? nil : $0.deadline } }
    return (trains + watched.values.compactMap { $0.tracker?.deadline }).min()
  }

  /// Takes the edges that wait.
  ///
  /// - Parameter send: Takes what they came to.
  mutating func takeEdges(_ key: Key, _ line: Int, now: Int64, _ tell: (Told) -> Void) throws(GPIOError) {
    guard let request = taken[key]?.request else { return }
    let edges = try request.edges(of: line)
    let isFull = edges.count >= 16
    for place in watched.keys.sorted() where watched[place]?.key == key {
      guard let outcome = watched[place]?.tracker?.take(edges, isFull: isFull) else { continue }
      report(outcome, place, now: now, tell)
    }
  }

  /// Compares the level of a line with what its edges made of it.
  ///
  /// - Parameter hasEdges: Whether edges wait, asked after the level is known.
  mutating func check(_ key: Key, now: Int64, _ tell: (Told) -> Void, unless hasEdges: () -> Bool) throws(GPIOError) {
    guard let level = try taken[key]?.request.levels().first, !hasEdges() else { return }
    for place in watched.keys.sorted() where watched[place]?.key == key {
      guard let outcome = watched[place]?.tracker?.correct(level, now: now) else { continue }
      report(outcome, place, now: now, tell)
    }
  }

  /// Does what is due.
  mutating func settle(now: Int64, _ tell: (Told) -> Void) throws(GPIOError) {
    for place in watched.keys.sorted() {
      guard let outcome = watched[place]?.tracker?.settle(now: now) else { continue }
      report(outcome, place, now: now, tell)
    }
    for key in taken.keys {
      guard let level = taken[key]?.train?.level(now: now) else { continue }
      try taken[key]?.request.set([level])
      if taken[key]?.train?.isOver == true { taken[key]?.train = nil }
      for (place, point) in watched where point.key == key {
        tell(Told(event: PointEvent(point: place, reading: .value(point.point.value([level])))))
      }
    }
  }

  /// Something to tell of a point.
  struct Told {
    var event: PointEvent?
    var lost: (count: Int, point: Int)?
  }

  private func report(_ outcome: InputTracker.Outcome, _ place: Int, now: Int64, _ tell: (Told) -> Void) {
    guard let point = watched[place]?.point else { return }
    if outcome.lost > 0 { tell(Told(lost: (outcome.lost, place))) }
    guard point.tellsLevel else { return }
    for (index, change) in outcome.changes.enumerated() {
      let value = point.value([change.level])
      let time = Monotonic.timeOfDay(change.time, now: now)
      let isLast = index == outcome.changes.count - 1
      let reading: Reading = outcome.doubt.flatMap { isLast ? .uncertain(value, time: time, reason: $0) : nil } ?? .value(value, time: time)
      tell(Told(event: PointEvent(point: place, reading: reading)))
    }
  }

  /// Gives everything back.
  mutating func close() {
    for key in taken.keys { release(key) }
    for chip in chips.values { chip.close() }
    chips = [:]
    keys = [:]
    watched = [:]
    places = [:]
  }
}
