import MapperSDK

/// A bus in simulated time: registers of units, what they refuse, and a scheduler that reads them.
struct SimulatedBus {
  struct Unit {
    var isDead = false
    var illegal: Set<Int> = []
    var maximum = 125
    var busy = 0
    var noise = 0
  }

  /// A transaction on the wire.
  struct Transaction: Equatable {
    var time: Int64
    var unit: UnitID
    var start: Int
    var count: Int
  }

  var scheduler: BusScheduler
  var units: [UnitID: Unit] = [:]
  /// The address of each point.
  var addresses: [Int: Int] = [:]
  var now: Int64 = 1_000_000
  /// How long a request takes, in milliseconds, and what silence costs.
  var cost: Int64 = 2
  var timeout: Int64 = 300
  /// How many registers may lie between two points of a request.
  var bridge = 0
  var outage: ReadingError?
  private(set) var transactions: [Transaction] = []
  private(set) var writes: [(ticket: Int, time: Int64)] = []
  /// When each point was read.
  private(set) var reads: [Int: [Int64]] = [:]
  /// When each point failed, and why.
  private(set) var failures: [Int: [(time: Int64, error: ReadingError)]] = [:]
  private var nextPoint = 0
  private var cycles: [UnitID: [(point: Int, cycle: Int64)]] = [:]

  init(seed: UInt64 = 7) { scheduler = BusScheduler(seed: seed, now: 1_000_000) }

  /// Adds points at addresses of a unit; their numbers.
  @discardableResult
  mutating func add(_ unit: UnitID, _ addresses: some Sequence<Int>, cycle: Int64) -> [Int] {
    if units[unit] == nil { units[unit] = Unit() }
    var points: [Int] = []
    for address in addresses {
      self.addresses[nextPoint] = address
      points.append(nextPoint)
      nextPoint += 1
    }
    cycles[unit, default: []] += points.map { ($0, cycle) }
    scheduler.setPoints(cycles[unit] ?? [], of: unit, now: now)
    return points
  }

  mutating func setCycle(_ unit: UnitID, _ cycle: Int64) {
    cycles[unit] = (cycles[unit] ?? []).map { ($0.point, cycle) }
    scheduler.setPoints(cycles[unit] ?? [], of: unit, now: now)
  }

  var planner: BusScheduler.Planner {
    { [addresses, bridge] _, points, _ in
      var result: [PlannedRead] = []
      for place in points.indices.sorted(by: { addresses[points[$0], default: 0] < addresses[points[$1], default: 0] }) {
        let address = addresses[points[place], default: 0]
        if let last = result.last, let first = last.points.first, let end = last.points.last {
          let isNear = address - addresses[points[end], default: 0] <= bridge + 1
          if isNear, address - addresses[points[first], default: 0] < 125 {
            result[result.count - 1].points.append(place)
            continue
          }
        }
        result.append(PlannedRead(points: [place]))
      }
      return result
    }
  }

  /// Lets so many milliseconds pass.
  mutating func run(_ milliseconds: Int64) {
    let end = now + milliseconds
    while now < end {
      let (step, failed) = scheduler.next(now: now, outage: outage, planner: planner)
      note(failed)
      switch step {
      case .write(let ticket):
        writes.append((ticket, now))
        now += cost
      case .read(let read): perform(read)
      case .wait(let until): now = min(end, max(until ?? end, now))
      }
    }
  }

  private mutating func perform(_ read: BusScheduler.Read) {
    let places = read.points.map { addresses[$0, default: 0] }
    let start = places.min() ?? 0
    let count = (places.max() ?? 0) - start + 1
    transactions.append(Transaction(time: now, unit: read.unit, start: start, count: count))
    let began = now
    var outcome = BusScheduler.Outcome.answered
    let unit = units[read.unit] ?? Unit()
    if unit.isDead {
      now += timeout
      outcome = .failed(ReadingError(.timeout, "no answer"))
    } else {
      now += cost
      if unit.noise > 0 {
        units[read.unit]?.noise -= 1
        outcome = .failed(ReadingError("invalidCRC", "noise", isTransient: true))
      } else if unit.busy > 0 {
        units[read.unit]?.busy -= 1
        outcome = .failed(ReadingError(.busy, "busy"))
      } else if count > unit.maximum {
        outcome = .failed(ReadingError("illegalDataValue", "too many", scope: .request))
      } else if !unit.illegal.isDisjoint(with: start..<start + count) {
        outcome = .failed(ReadingError("illegalDataAddress", "no such register", scope: .request))
      }
    }
    if outcome == .answered { for point in read.points { reads[point, default: []].append(now) } }
    note(scheduler.finished(read, outcome, took: (now - began) * 1000, now: now, planner: planner))
  }

  private mutating func note(_ failed: [BusScheduler.Failure]) {
    for failure in failed {
      for point in failure.points { failures[point, default: []].append((now, failure.error)) }
    }
  }

  /// How often each of these points was read from a time on: the fewest and the most.
  func counts(_ points: [Int], from start: Int64) -> ClosedRange<Int> {
    let counts = points.map { reads[$0, default: []].count { $0 > start } }
    return (counts.min() ?? 0)...(counts.max() ?? 0)
  }
}
