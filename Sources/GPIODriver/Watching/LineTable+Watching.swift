internal import MapperSDK

extension LineTable {
  /// How often lines are tried again that somebody else has, in nanoseconds.
  private static let patience: Int64 = 1_000_000_000
  /// How long after a level its edge may come: the kernel has a thread hand edges over. In nanoseconds.
  private static let latency: Int64 = 50_000_000

  /// Takes the lines of points, and lets go of all others.
  ///
  /// - Parameter told: What is to be told of them.
  /// - Throws: ``GPIOError`` when the chip is gone.
  mutating func watch(_ points: [GPIOPoint], into told: inout [Told]) throws(GPIOError) {
    let old = watched
    watched = points.map { Watched(point: $0) }
    pending = []
    var wanted: [LineKey: Set<LineSettings>] = [:]
    for point in points {
      if let key = try? directory.key(of: point.visitor.lines) { wanted[key, default: []].insert(point.settings) }
    }
    taken.keep { key, settings in wanted[key]?.contains(settings) ?? false }
    doubts = doubts.filter { taken[$0.key] != nil }
    for place in points.indices {
      // A count goes on where it was, and so does a level that has yet to last.
      let same = old.first {
        PointName($0.point) == PointName(points[place]) && $0.point.visitor == points[place].visitor
          && $0.point.settings == points[place].settings && $0.key.map { taken[$0] != nil } ?? false
      }
      told += try attempt(place, carrying: same?.tracker)
    }
    retryAt = clock() + Self.patience
  }

  /// Begins to watch a point if its lines can be had.
  private mutating func attempt(_ place: Int, carrying tracker: InputTracker?) throws(GPIOError) -> [Told] {
    do throws(GPIOError) {
      try begin(place, carrying: tracker)
      return tellLate(place)
    } catch {
      if error.isChipGone { throw error }
      untold.insert(PointName(watched[place].point))
      return []
    }
  }

  /// Begins to watch a point.
  ///
  /// - Parameter tracker: What is known of its edges.
  mutating func begin(_ place: Int, carrying tracker: InputTracker?) throws(GPIOError) {
    let point = watched[place].point
    let key = try take(point)
    if point.detectsEdges {
      var new = tracker
      if new == nil, let level = try taken[key]?.levels().first { new = InputTracker(point.visitor, level: level, since: clock()) }
      if tracker == nil, point.visitor.measures == .count, let count = memory.take(point) { new?.resume(count) }
      watched[place].tracker = new
    }
    watched[place].key = key
  }

  /// What has to be told of a point because nobody could be told before.
  mutating func tellLate(_ place: Int) -> [Told] {
    let point = watched[place].point
    guard untold.remove(PointName(point)) != nil, let key = watched[place].key, let reading = try? reading(of: point, key) else {
      return []
    }
    return [.event(PointEvent(point: place, reading: reading), at: nil)]
  }

  /// A level that was set, told of all outputs that have it.
  func tell(_ level: Bool, of key: LineKey) -> [Told] {
    watched.indices.filter { watched[$0].key == key }.map { place in
      .event(PointEvent(point: place, reading: .value(watched[place].point.value([level]))), at: nil)
    }
  }

  /// When something is to be done though no edge comes.
  var deadline: Int64? {
    if !pending.isEmpty { return .min }
    let retry = watched.contains { $0.key == nil } ? retryAt : nil
    return (watched.map { $0.tracker?.deadline } + [taken.deadline, doubts.values.min(), retry]).compactMap { $0 }.min()
  }

  /// Does what is due.
  ///
  /// - Parameters:
  ///   - ready: Where edges wait.
  ///   - asked: When it was asked where they do: on all other lines there was none until then.
  ///   - told: What is to be told, also when this throws.
  /// - Throws: ``GPIOError`` when the chip is gone.
  mutating func advance(ready: [EdgeSource], asked: Int64, into told: inout [Told]) throws(GPIOError) {
    told += take(&pending)
    var edges: [Told] = []
    defer { told += Told.sorted(edges) + take(&pending) }
    for source in ready { try takeEdges(source, into: &edges) }
    let keys = Set(ready.map(\.key))
    for place in watched.indices {
      guard let key = watched[place].key, !keys.contains(key), let outcome = watched[place].tracker?.settle(now: asked) else { continue }
      report(outcome, place, into: &edges)
    }
    for key in keys { try compare(key, into: &edges) }
    for (key, due) in doubts where due <= asked && !keys.contains(key) { try compare(key, into: &edges) }
    for step in try taken.step(now: clock()) { pending += tell(step.level, of: step.key) }
    guard retryAt <= clock() else { return }
    for place in watched.indices where watched[place].key == nil { pending += try attempt(place, carrying: nil) }
    retryAt = clock() + Self.patience
  }

  private func take(_ pending: inout [Told]) -> [Told] {
    defer { pending = [] }
    return pending
  }

  private mutating func takeEdges(_ source: EdgeSource, into told: inout [Told]) throws(GPIOError) {
    // It may have been given back meanwhile, and its descriptor be another line's.
    guard let request = taken[source.key], request.descriptors.contains(where: { $0 == (source.descriptor, source.line) }) else { return }
    let edges = try request.edges(of: source.line)
    for place in watched.indices where watched[place].key == source.key {
      guard let outcome = watched[place].tracker?.take(edges, isFull: edges.count >= request.queueLength) else { continue }
      report(outcome, place, into: &told)
    }
  }

  /// Compares the level of a line with what its edges made of it, once none waits.
  private mutating func compare(_ key: LineKey, into told: inout [Told]) throws(GPIOError) {
    let due = doubts.removeValue(forKey: key)
    // The level first: what changes after it has an edge that waits.
    guard let request = taken[key], let level = try request.levels().first, !request.hasEdges else { return }
    let now = clock()
    let places = watched.indices.filter { watched[$0].key == key && watched[$0].tracker.map { $0.raw != level } ?? false }
    guard !places.isEmpty else { return }
    guard let due, due <= now else {
      doubts[key] = due ?? now + Self.latency
      return
    }
    for place in places {
      guard let outcome = watched[place].tracker?.correct(level, now: now) else { continue }
      report(outcome, place, into: &told)
    }
  }

  private mutating func report(_ outcome: InputTracker.Outcome, _ place: Int, into told: inout [Told]) {
    let point = watched[place].point
    if outcome.lost > 0 { told.append(.lost(outcome.lost, point: place)) }
    guard point.tellsLevel else { return }
    if !outcome.changes.isEmpty { calendar.update() }
    for (index, change) in outcome.changes.enumerated() {
      let value = point.value([change.level])
      let time = calendar.timeOfDay(change.time)
      let isLast = index == outcome.changes.count - 1
      let reading: Reading = outcome.doubt.flatMap { isLast ? .uncertain(value, time: time, reason: $0) : nil } ?? .value(value, time: time)
      told.append(.event(PointEvent(point: place, reading: reading), at: change.time))
    }
  }
}
