/// A unit of a bus: what of it is read when, and what is known of it.
struct ScheduledUnit: Sendable {
  /// Points with the same cycle.
  struct Group: Sendable {
    var cycle: Int64
    var points: [Int]
    /// The next deadline.
    var next: Int64
    /// Requests of the group's last turn that aren't done.
    var pending = 0
    /// Whether its turn has come and isn't planned yet.
    var isDue = false
    /// What a turn takes, in microseconds; a mean that forgets, since some turns are shared with other groups.
    var cost = 0.0
    /// Deadlines passed over; a fraction while cycles are stretched.
    var missed = 0.0
  }

  /// A turn of a bisection: a request that was refused, and what became of its parts.
  struct Node: Sendable {
    var parent: Int?
    /// The first point of the second half.
    var boundary: Int
    var remaining: Int
    /// Whether a part explains the refusal.
    var isExplained = false
  }

  let id: UnitID
  /// The shift of all its deadlines, in milliseconds.
  private(set) var phase: Int64
  var groups: [Group] = []
  /// Each point's group.
  var place: [Int: Int] = [:]
  /// Points that are to be read once at the next opportunity, whatever their cycle.
  var extra: [Int] = []
  /// Since when ``extra`` waits.
  var extraSince: Int64 = 0
  /// Requests that are ready.
  var queue: [BusScheduler.Read] = []
  /// Not to be asked before this time.
  var holdUntil = Int64.min
  var breaker = CircuitBreaker()
  var faults = BlockFaults()
  var nodes: [Int: Node] = [:]
  /// Whether the bus was broken when the unit should have been read.
  var isOutdated = false
  /// When it was last served, to be fair.
  var lastServed = Int64.min
  /// From the last character of a request to the first of the answer, in microseconds; a mean that forgets.
  var turnaround: Double?
  /// The turnaround that plans were made with.
  var plannedTurnaround: Int64 = 0
  /// Plans by the groups that are due together.
  var plans: [UInt64: [PlannedRead]] = [:]
  /// The points' places in the order of addresses.
  var order: [Int: Int] = [:]

  init(id: UnitID, phase: Int64) {
    self.id = id
    self.phase = phase
  }

  /// The deadline after `now` on the grid of a cycle.
  func deadline(after now: Int64, cycle: Int64) -> Int64 {
    let offset = (now - phase) % cycle
    return now + cycle - (offset < 0 ? offset + cycle : offset)
  }

  /// The earliest deadline to come.
  var nextDeadline: Int64? {
    var result: Int64?
    for group in groups where !group.isDue { result = min(result ?? .max, group.next) }
    return result
  }

  /// Moves all deadlines to come forward, in milliseconds.
  mutating func advance(by time: Int64) {
    phase -= time
    for index in groups.indices where !groups[index].isDue { groups[index].next -= time }
  }

  /// Whether something of it may be asked now.
  func isReady(_ now: Int64) -> Bool { breaker.nextTry <= now && !breaker.isOpen && holdUntil <= now && urgency != nil }

  /// The earliest deadline of what is ready or has come due; `nil` when nothing is.
  var urgency: Int64? {
    var result: Int64?
    func take(_ deadline: Int64) { result = min(result ?? .max, deadline) }
    if let read = queue.first { take(read.deadline) }
    if !extra.isEmpty { take(extraSince) }
    for group in groups where group.isDue { take(group.next) }
    return result
  }

  /// Whether all that came due is done.
  var isIdle: Bool { queue.isEmpty && extra.isEmpty && !groups.contains { $0.isDue || $0.pending > 0 } }

  mutating func forgetPlans() { plans = [:] }

  /// Takes over which points are read how often.
  mutating func setPoints(_ points: [(point: Int, cycle: Int64)], stretch: Double, now: Int64) {
    var cycles: [Int64] = []
    var members: [Int64: [Int]] = [:]
    var known = Set<Int>()
    for (point, cycle) in points {
      let cycle = BusScheduler.possible(cycle)
      if members[cycle] == nil { cycles.append(cycle) }
      members[cycle, default: []].append(point)
      known.insert(point)
    }
    cycles.sort()
    let old = Dictionary(groups.map { ($0.cycle, $0) }) { first, _ in first }
    if groups.map(\.cycle) == cycles, groups.allSatisfy({ members[$0.cycle] == $0.points }) { return }
    let fresh = points.map(\.point).filter { place[$0] == nil }
    groups = cycles.map { cycle in
      if var group = old[cycle] {
        group.points = members[cycle] ?? []
        group.pending = 0
        return group
      }
      let effective = Self.stretched(cycle, stretch)
      // Not at once again after what is read first.
      return Group(cycle: cycle, points: members[cycle] ?? [], next: deadline(after: now + effective / 2, cycle: effective))
    }
    place = [:]
    for (index, group) in groups.enumerated() { for point in group.points { place[point] = index } }
    // What was planned of points that are no more is dropped; the rest has its turn again.
    let dropped = queue.flatMap(\.points)
    queue = []
    nodes = [:]
    extra = (extra + dropped + fresh).filter(known.contains).uniqued()
    if !extra.isEmpty { extraSince = now }
    faults.keep(known)
    order = [:]
    forgetPlans()
  }

  static func stretched(_ cycle: Int64, _ stretch: Double) -> Int64 {
    max(1, Int64(min((Double(cycle) * stretch).rounded(), longestStretched)))
  }

  /// What cycles are stretched to at most, in milliseconds: times can still be added to it.
  private static let longestStretched = 1e15
}

extension [Int] {
  /// Each element once, in the order of its first.
  func uniqued() -> [Int] {
    var seen = Set<Int>()
    return filter { seen.insert($0).inserted }
  }
}
