/// What reading a bus comes to, found out without the bus: the requests, how much of its time they take, and which points
/// can't be read as often as they should be.
///
/// The same scheduler that runs a bus is run in a time of its own.
public struct PollPlan: Sendable, Hashable {
  /// A unit's points, each with its cycle in milliseconds.
  public struct Unit: Sendable {
    /// The unit.
    public var id: UnitID
    /// Its points.
    public var points: [(point: Int, cycle: Int64)]

    /// A unit.
    public init(id: UnitID, points: [(point: Int, cycle: Int64)]) {
      self.id = id
      self.points = points
    }
  }

  /// A request of the plan.
  public struct Request: Sendable, Hashable {
    /// The unit it goes to.
    public var unit: UnitID
    /// What it reads.
    public var points: [Int]
    /// The request for people.
    public var summary: String
    /// How long it takes, in microseconds: on the wire and in the unit.
    public var cost: Int64
    /// How often it was sent in ``PollPlan/duration``.
    public var count: Int
  }

  /// A point that is read less often than it should be.
  public struct Shortfall: Sendable, Hashable {
    /// The point.
    public var point: Int
    /// Its unit.
    public var unit: UnitID
    /// How often it should be read, in milliseconds between two reads.
    public var cycle: Int64
    /// How often it is read, in milliseconds between two reads.
    public var actual: Int64
  }

  /// The requests, in the order of units and addresses.
  public private(set) var requests: [Request] = []
  /// The share of the bus' time that the plan asks for; more than 1 can't be met.
  public private(set) var load = 0.0
  /// By how much cycles would be stretched; 1 when the plan can be met.
  public private(set) var stretch = 1.0
  /// The points that are read less often than they should be, by point.
  public private(set) var shortfalls: [Shortfall] = []
  /// The time that was looked at, in milliseconds.
  public private(set) var duration: Int64 = 0

  /// Whether every point is read as often as it should be.
  public var isMet: Bool { shortfalls.isEmpty }

  /// Plans a bus.
  ///
  /// - Parameters:
  ///   - units: What is on it.
  ///   - turnaround: How long a unit takes before it answers, in microseconds.
  ///   - planner: Divides points into requests.
  public init(_ units: [Unit], turnaround: Int64, planner: BusScheduler.Planner) {
    let units = units.map { Unit(id: $0.id, points: $0.points.map { ($0.point, BusScheduler.possible($0.cycle)) }) }
    let longest = units.flatMap(\.points).map(\.cycle).max() ?? 0
    // Long enough for cycles to be stretched, and to settle, and for the slowest to be seen a few times.
    let settling: Int64 = 60_000 + 2 * longest
    let end = settling + max(60_000, 10 * longest)
    duration = end - settling
    var now: Int64 = 0
    var scheduler = BusScheduler(seed: 1, now: now)
    for unit in units { scheduler.setPoints(unit.points, of: unit.id, now: now) }
    var seen: [RequestKey: Request] = [:]
    var reads: [Int: Int] = [:]
    var busy: Int64 = 0
    // In microseconds, since requests may take less than a millisecond.
    var clock: Int64 = 0
    var steps = 0
    while now < end, steps < Self.limit {
      steps += 1
      let (step, _) = scheduler.next(now: now, planner: planner)
      switch step {
      case .write: break
      case .wait(let until): clock = max(clock, min(until ?? end, end) * 1000)
      case .read(let read):
        let cost = read.wireTime + turnaround
        clock += cost
        if now >= settling {
          busy += cost
          let key = RequestKey(unit: read.unit, points: read.points)
          seen[key, default: Request(unit: read.unit, points: read.points, summary: read.summary, cost: cost, count: 0)].count += 1
          for point in read.points { reads[point, default: 0] += 1 }
        }
        _ = scheduler.finished(read, .answered, took: cost, now: clock / 1000, planner: planner)
      }
      now = clock / 1000
    }
    if steps == Self.limit { duration = max(1, now - settling) }
    load = max(scheduler.need, Double(busy) / Double(duration) / 1000)
    stretch = scheduler.stretch
    requests = seen.values.sorted { ($0.unit, $0.points.first ?? 0, $0.points.count) < ($1.unit, $1.points.first ?? 0, $1.points.count) }
    for unit in units {
      for (point, cycle) in unit.points {
        let count = reads[point] ?? 0
        // One read more or less is where the time that was looked at begins and ends.
        guard Int64(count + 1) * cycle < duration else { continue }
        shortfalls.append(Shortfall(point: point, unit: unit.id, cycle: cycle, actual: duration / Int64(max(count, 1))))
      }
    }
    shortfalls.sort { $0.point < $1.point }
  }

  private struct RequestKey: Hashable {
    var unit: UnitID
    var points: [Int]
  }

  /// After so many steps what was seen has to do.
  private static let limit = 200_000
}
