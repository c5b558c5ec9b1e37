extension BusScheduler {
  // MARK: Choosing

  /// The next request of a unit; `nil` when all that is due of it is known to be unreadable.
  mutating func takeRead(_ place: Int, _ now: Int64, _ planner: Planner, _ failures: inout [Failure]) -> Read? {
    if units[place].queue.isEmpty {
      let unreadable = Self.planDue(&units[place], now, meter: &meter, planner: planner)
      for (point, error) in unreadable { failures.append(Failure(points: [point], error: error)) }
    }
    return units[place].queue.isEmpty ? nil : units[place].queue.removeFirst()
  }

  /// A request that tells whether a unit is back: one that waits, else one for a single point.
  mutating func takeProbe(_ place: Int, _ now: Int64, _ planner: Planner) -> Read? {
    if !units[place].queue.isEmpty { return units[place].queue.removeFirst() }
    let unit = units[place]
    let points = unit.groups.flatMap(\.points)
    guard let point = points.first(where: { unit.faults.bad[$0] == nil }) ?? points.first,
      let planned = planner(unit.id, [point], Self.costs(unit)).first
    else { return nil }
    return Read(unit: unit.id, points: [point], deadline: now, wireTime: planned.wireTime, summary: planned.summary)
  }

  // MARK: Taking what came of it

  static func answered(_ unit: inout ScheduledUnit, now: Int64) {
    if !unit.breaker.isClosed {
      let wasDead = unit.breaker.isOpen
      unit.breaker.succeed()
      // What failed while it was silent is read now.
      if wasDead { refresh(&unit, now) }
    }
  }

  static func refresh(_ unit: inout ScheduledUnit, _ now: Int64) {
    unit.extra = unit.groups.flatMap(\.points)
    unit.extraSince = now
  }

  static func measure(_ unit: inout ScheduledUnit, _ turnaround: Int64) {
    let sample = Double(max(0, turnaround))
    unit.turnaround = unit.turnaround.map { $0 + (sample - $0) / 8 } ?? sample
    // Plans are made anew when they would weigh requests otherwise.
    let now = unit.turnaround ?? 0
    let planned = Double(unit.plannedTurnaround)
    if now > planned * 1.5 + 500 || now < planned / 1.5 - 500 { unit.forgetPlans() }
  }

  /// A request is done, whatever came of it.
  static func settle(_ unit: inout ScheduledUnit, _ read: Read) { settle(&unit, groups: read.groups, by: -1) }

  private static func settle(_ unit: inout ScheduledUnit, groups: UInt64, by count: Int) {
    guard groups != 0 else { return }
    for index in unit.groups.indices where groups & (1 << UInt64(min(index, 63))) != 0 {
      unit.groups[index].pending = max(0, unit.groups[index].pending + count)
    }
  }

  /// Divides a request that was refused.
  mutating func bisect(_ unit: inout ScheduledUnit, _ read: Read, _ planner: Planner) {
    let middle = read.points.count / 2
    let halves = [Array(read.points[..<middle]), Array(read.points[middle...])]
    nextNode += 1
    let node = nextNode
    var parts: [Read] = []
    for half in halves {
      for planned in Self.resolve(planner(read.unit, half, Self.costs(unit)), half) {
        parts.append(
          Read(
            unit: read.unit, points: planned.points, deadline: read.deadline, wireTime: planned.wireTime, summary: planned.summary,
            groups: read.groups, node: node))
      }
    }
    unit.nodes[node] = ScheduledUnit.Node(parent: read.node, boundary: read.points[middle], remaining: parts.count)
    unit.queue.insert(contentsOf: parts, at: 0)
    Self.settle(&unit, groups: read.groups, by: parts.count - 1)
  }

  /// A part of a bisection is done. When all parts were answered, the whole was refused for what lies between them.
  static func complete(_ unit: inout ScheduledUnit, _ node: Int?, isExplained: Bool, now: Int64) {
    guard let id = node, var entry = unit.nodes[id] else { return }
    entry.remaining -= 1
    entry.isExplained = entry.isExplained || isExplained
    guard entry.remaining <= 0 else {
      unit.nodes[id] = entry
      return
    }
    unit.nodes[id] = nil
    if !entry.isExplained {
      unit.faults.addCut(before: entry.boundary, now: now)
      unit.forgetPlans()
    }
    complete(&unit, entry.parent, isExplained: true, now: now)
  }

  /// A unit was silent.
  mutating func fail(_ unit: inout ScheduledUnit, _ error: ReadingError, _ took: Int64, _ now: Int64) {
    // xorshift64: any spread will do, and the same seed gives the same one.
    jitter ^= jitter << 13
    jitter ^= jitter >> 7
    jitter ^= jitter << 17
    unit.breaker.fail(error, now: now, jitter: Double(jitter >> 11) / Double(1 << 53))
    silence = max(1, took / 1000)
    if unit.breaker.isOpen { probeNotBefore = now + Int64(Double(silence) * probeSpacing) }
  }

  /// How rarely silent units are tried, in multiples of what a try costs: a part of the time that is left.
  private var probeSpacing: Double {
    var shortestCycle = Int64.max
    for unit in units where unit.breaker.isClosed {
      for group in unit.groups { shortestCycle = min(shortestCycle, group.cycle) }
    }
    guard silence <= shortestCycle / 2 else { return Self.probeSpacing }
    return min(Self.probeSpacing, 1 / max(0.1, 0.8 - meter.usefulUtilisation))
  }

  /// Everything that is due of a unit fails.
  static func flush(
    _ unit: inout ScheduledUnit, _ error: ReadingError, _ stretch: Double, _ now: Int64, _ failures: inout [Failure]
  ) {
    guard !unit.isIdle else { return }
    var points = unit.queue.flatMap(\.points) + unit.extra
    unit.queue = []
    unit.extra = []
    unit.nodes = [:]
    for index in unit.groups.indices {
      unit.groups[index].pending = 0
      guard unit.groups[index].isDue else { continue }
      let cycle = ScheduledUnit.stretched(unit.groups[index].cycle, stretch)
      unit.groups[index].isDue = false
      unit.groups[index].next = unit.deadline(after: max(now, unit.groups[index].next), cycle: cycle)
      points += unit.groups[index].points
    }
    if !points.isEmpty { failures.append(Failure(points: points.uniqued(), error: error)) }
  }

  /// Brings deadlines on the grid of the cycles as they are stretched now.
  mutating func restretch(_ now: Int64) {
    for place in units.indices {
      for index in units[place].groups.indices where !units[place].groups[index].isDue {
        let cycle = ScheduledUnit.stretched(units[place].groups[index].cycle, stretch)
        units[place].groups[index].next = min(units[place].groups[index].next, units[place].deadline(after: now, cycle: cycle))
      }
    }
  }

  /// Brings the whole timetable forward when the bus would rest though cycles are stretched, so that what is due next is due now.
  ///
  /// Estimates leave a stretched timetable some air; as all deadlines move alike, it goes to all.
  ///
  /// - Returns: The place of the unit that is due; `nil` when the bus may rest.
  mutating func advance(to deadline: Int64, _ now: Int64) -> Int? {
    guard deadline > now, meter.advance(by: deadline - now, now: now) else { return nil }
    for place in units.indices { units[place].advance(by: deadline - now) }
    for place in units.indices { Self.promote(&units[place], now, meter: &meter) }
    return units.indices.first { units[$0].isReady(now) }
  }

  /// A unit's shift, the same each time.
  func phase(of unit: UnitID) -> Int64 {
    var hash = 14_695_981_039_346_656_037 ^ seed
    for byte in unit.description.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
    hash ^= hash >> 32
    return Int64(hash % 3_600_000)
  }
}
