extension BusScheduler {
  /// Marks the groups whose deadline has come, and counts those whose last turn isn't done.
  static func promote(_ unit: inout ScheduledUnit, _ now: Int64, meter: inout LoadMeter) {
    for index in unit.groups.indices where unit.groups[index].next <= now && !unit.groups[index].isDue {
      let group = unit.groups[index]
      let cycle = ScheduledUnit.stretched(group.cycle, meter.stretch)
      if group.pending > 0 {
        // Still at the turn before: this one is left out.
        let next = unit.deadline(after: now, cycle: cycle)
        let passed = max(1, (next - group.next) / cycle)
        unit.groups[index].missed += Double(passed) * Double(cycle) / Double(group.cycle)
        unit.groups[index].next = next
        meter.miss(Int(passed))
      } else {
        unit.groups[index].isDue = true
      }
    }
  }

  /// Divides what is due of a unit into requests.
  ///
  /// - Returns: Points that are known to be unreadable.
  static func planDue(
    _ unit: inout ScheduledUnit, _ now: Int64, meter: inout LoadMeter, planner: Planner
  ) -> [(point: Int, error: ReadingError)] {
    var groups: UInt64 = 0
    var points: [Int] = []
    var deadline = Int64.max
    for index in unit.groups.indices where unit.groups[index].isDue {
      let group = unit.groups[index]
      let cycle = ScheduledUnit.stretched(group.cycle, meter.stretch)
      deadline = min(deadline, group.next)
      // A turn that begins after further deadlines counts them as passed over.
      let next = unit.deadline(after: max(now, group.next), cycle: cycle)
      let passed = (next - group.next) / cycle - 1
      if passed > 0 {
        unit.groups[index].missed += Double(passed) * Double(cycle) / Double(group.cycle)
        meter.miss(Int(passed))
      }
      if cycle > group.cycle { unit.groups[index].missed += Double(cycle) / Double(group.cycle) - 1 }
      unit.groups[index].next = next
      unit.groups[index].isDue = false
      groups |= 1 << UInt64(min(index, 63))
      points += group.points
    }
    if !unit.extra.isEmpty {
      deadline = min(deadline, unit.extraSince)
      // All points at once cost no more than some of them cost later.
      let due = Set(points)
      points += unit.extra.filter { !due.contains($0) && unit.place[$0] != nil }
      unit.extra = []
    }
    guard !points.isEmpty else { return [] }

    if unit.faults.reopenCuts(now: now) { unit.forgetPlans() }
    let isCacheable = unit.groups.count <= 63 && points.count == groupPoints(unit, groups)
    let plan: [PlannedRead]
    if isCacheable, let known = unit.plans[groups] {
      plan = known
    } else {
      plan = self.plan(points, &unit, planner)
      if isCacheable { unit.plans[groups] = plan }
    }
    for planned in plan {
      unit.queue.append(
        Read(
          unit: unit.id, points: planned.points, deadline: deadline, wireTime: planned.wireTime, summary: planned.summary, groups: groups))
    }
    for index in unit.groups.indices where groups & (1 << UInt64(min(index, 63))) != 0 { unit.groups[index].pending = plan.count }
    if isCacheable { weigh(plan, groups, &unit) }
    guard !unit.faults.bad.isEmpty else { return [] }
    let retries = Set(unit.faults.retries(now: now))
    var unreadable: [(Int, ReadingError)] = []
    for point in points {
      guard let fault = unit.faults.bad[point], let error = fault.error else { continue }
      if retries.contains(point) {
        unit.faults.retrying(point, now: now)
        for single in planner(unit.id, [point], costs(unit)) {
          unit.queue.append(
            Read(unit: unit.id, points: [point], deadline: deadline, wireTime: single.wireTime, summary: single.summary))
        }
      } else {
        unreadable.append((point, error))
      }
    }
    return unreadable
  }

  /// Notes what a turn costs each group: of a request, the part that its points are.
  private static func weigh(_ plan: [PlannedRead], _ groups: UInt64, _ unit: inout ScheduledUnit) {
    let turnaround = costs(unit).turnaround
    let total = plan.reduce(Int64(0)) { $0 + $1.wireTime + turnaround }
    let due = unit.groups.indices.filter { groups & (1 << UInt64(min($0, 63))) != 0 }
    let points = due.reduce(0) { $0 + unit.groups[$1].points.count }
    for index in due {
      let sample = Double(total) * Double(unit.groups[index].points.count) / Double(max(points, 1))
      let mean = unit.groups[index].cost
      unit.groups[index].cost = mean == 0 ? sample : mean + (sample - mean) / 4
    }
  }

  private static func groupPoints(_ unit: ScheduledUnit, _ groups: UInt64) -> Int {
    var count = 0
    for index in unit.groups.indices where groups & (1 << UInt64(min(index, 63))) != 0 { count += unit.groups[index].points.count }
    return count
  }

  static func costs(_ unit: ScheduledUnit) -> RequestCosts {
    RequestCosts(turnaround: unit.turnaround.map { Int64($0) } ?? assumedTurnaround)
  }

  /// Requests for points, without those that are unreadable, and none that reaches over a place that was refused.
  static func plan(_ points: [Int], _ unit: inout ScheduledUnit, _ planner: Planner) -> [PlannedRead] {
    let costs = costs(unit)
    unit.plannedTurnaround = costs.turnaround
    let good = unit.faults.bad.isEmpty ? points : points.filter { unit.faults.bad[$0] == nil }
    guard !good.isEmpty else { return [] }
    let plan = resolve(planner(unit.id, good, costs), good)
    let barriers = unit.faults.barriers
    guard !barriers.isEmpty else { return plan }
    if unit.order.isEmpty {
      let all = unit.groups.flatMap(\.points)
      for (position, point) in resolve(planner(unit.id, all, costs), all).flatMap(\.points).enumerated() { unit.order[point] = position }
    }
    let order = unit.order
    let walls = barriers.compactMap { order[$0] }.sorted()
    let id = unit.id
    return plan.flatMap { planned -> [PlannedRead] in
      var pieces: [[Int]] = []
      var last: Int?
      for point in planned.points {
        let position = order[point] ?? 0
        let isDivided = last.map { last in walls.contains { $0 > last && $0 <= position } } ?? true
        if isDivided { pieces.append([point]) } else { pieces[pieces.count - 1].append(point) }
        last = position
      }
      if pieces.count == 1 { return [planned] }
      return pieces.flatMap { resolve(planner(id, $0, costs), $0) }
    }
  }

  /// A plan in terms of the scheduler's points.
  static func resolve(_ plan: [PlannedRead], _ points: [Int]) -> [PlannedRead] {
    plan.map { planned in
      var planned = planned
      planned.points = planned.points.compactMap { points.indices.contains($0) ? points[$0] : nil }
      return planned
    }
  }
}
