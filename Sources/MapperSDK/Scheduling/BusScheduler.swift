/// Decides what a bus does next.
///
/// The bus is what is scheduled: of all units on it one thing is done at a time. Writes go first, then the reads whose
/// deadline is the earliest. What of a unit is due at the same time is planned together; a unit that is silent is left alone
/// for a while; a request that a unit refuses is divided until it is known what it can't read; and when a plan asks for
/// more time than there is, all cycles are stretched alike.
///
/// A value without a clock and without I/O: times are milliseconds of a clock that never goes back, and durations
/// microseconds, handed in.
public struct BusScheduler: Sendable {
  /// Divides points of a unit into requests; their points are places in what is handed in.
  public typealias Planner = (_ unit: UnitID, _ points: [Int], _ costs: RequestCosts) -> [PlannedRead]

  /// A request to be done now.
  public struct Read: Sendable, Hashable {
    /// The unit.
    public var unit: UnitID
    /// What is read, in the order of the addresses.
    public var points: [Int]
    /// When it was due.
    public var deadline: Int64
    /// How long it occupies the line, in microseconds.
    public var wireTime: Int64
    /// The request for people.
    public var summary: String

    /// The groups it belongs to, as bits.
    var groups: UInt64 = 0
    /// The bisection it is a part of.
    var node: Int?
    /// How often the unit was busy.
    var attempts = 0
  }

  /// What to do.
  public enum Step: Sendable, Hashable {
    /// Write what has this ticket.
    case write(ticket: Int)
    /// Read, and tell ``BusScheduler/finished(_:_:took:now:planner:)`` how it went.
    case read(Read)
    /// Nothing, until this time, or until something is added.
    case wait(until: Int64?)
  }

  /// Points that have no value, and why, without their unit being asked.
  public struct Failure: Sendable, Hashable {
    /// The points.
    public var points: [Int]
    /// Why.
    public var error: ReadingError
  }

  /// How a read went.
  public enum Outcome: Sendable, Hashable {
    /// The unit answered; each point has a value, or a failure of its own.
    case answered
    /// It didn't, or refused; the error's scope says how far that reaches.
    case failed(ReadingError)
  }

  private struct Write: Sendable {
    var ticket: Int
    var unit: UnitID
  }

  /// How often a unit may be busy before a read counts as failed.
  static let busyAttempts = 4
  /// How often a read is repeated at once that failed for a passing reason.
  static let noiseAttempts = 1
  /// What a unit is taken to need before it was measured, in microseconds.
  static let assumedTurnaround: Int64 = 10_000
  /// The least time between two tries of silent units, in multiples of what the last one cost, when the bus has no time left
  /// or a try costs others a cycle.
  static let probeSpacing = 10.0

  var units: [ScheduledUnit] = []
  /// Each unit's place in ``units``.
  private var places: [UnitID: Int] = [:]
  private var writes: [Write] = []
  var meter: LoadMeter
  var nextNode = 0
  private var turn: Int64 = 0
  var probeNotBefore = Int64.min
  /// What waiting for a silent unit cost the last time, in milliseconds.
  var silence: Int64 = 500
  let seed: UInt64
  var jitter: UInt64

  /// A bus without units.
  ///
  /// - Parameters:
  ///   - seed: What shifts the deadlines of its units, so that buses with the same cycles don't all read at once.
  ///   - now: The time.
  public init(seed: UInt64, now: Int64) {
    self.seed = seed
    jitter = seed | 1
    meter = LoadMeter(now: now)
  }

  // MARK: What is on the bus

  /// The longest cycle there is, in milliseconds, a leap year: longer ones are taken for it.
  public static let longestCycle: Int64 = 31_622_400_000

  /// The cycle that is kept when this one is asked for.
  static func possible(_ cycle: Int64) -> Int64 { min(max(cycle, 1), longestCycle) }

  /// Takes over which points of a unit are read how often; none removes the unit. New ones are read at once.
  ///
  /// - Parameters:
  ///   - points: Points with their cycles in milliseconds, of which none is longer than ``longestCycle``.
  ///   - id: The unit.
  ///   - now: The time, in milliseconds.
  public mutating func setPoints(_ points: [(point: Int, cycle: Int64)], of id: UnitID, now: Int64) {
    guard !points.isEmpty else {
      guard let place = places.removeValue(forKey: id) else { return }
      units.remove(at: place)
      for place in place..<units.count { places[units[place].id] = place }
      return
    }
    let place = places[id] ?? units.count
    if place == units.count {
      units.append(ScheduledUnit(id: id, phase: phase(of: id)))
      places[id] = place
    }
    units[place].setPoints(points, stretch: meter.stretch, now: now)
  }

  /// Has something written before anything else is read.
  public mutating func enqueueWrite(ticket: Int, unit: UnitID) { writes.append(Write(ticket: ticket, unit: unit)) }

  /// Reads points once at the next opportunity.
  public mutating func refresh(_ id: UnitID, now: Int64) {
    if let place = places[id] { Self.refresh(&units[place], now) }
  }

  // MARK: What is known

  /// By how much cycles are stretched because the plan can't be met; 1 when it can.
  public var stretch: Double { meter.stretch }
  /// The share of the bus' time that was used lately, from 0 to 1.
  public var utilisation: Double { meter.utilisation }
  /// Units that were silent the last time, or longer.
  public var silentUnits: [UnitID] { units.filter { !$0.breaker.isClosed }.map(\.id).sorted() }

  /// Why a unit is taken to be dead; `nil` when it isn't.
  public func outage(of unit: UnitID) -> ReadingError? {
    self.unit(unit).flatMap { $0.breaker.isOpen ? $0.breaker.error : nil }
  }

  /// Deadlines of a point that were passed over.
  public func missed(_ point: Int, of unit: UnitID) -> Int {
    guard let unit = self.unit(unit), let group = unit.place[point] else { return 0 }
    return Int(unit.groups[group].missed)
  }

  /// Deadlines that were passed over, of all points together.
  public var missed: Int {
    units.reduce(0) { $0 + $1.groups.reduce(0) { $0 + Int($1.missed) * $1.points.count } }
  }

  /// Points that are known to be unreadable.
  public func unreadable(of unit: UnitID) -> [Int] { self.unit(unit)?.faults.bad.keys.sorted() ?? [] }

  /// How long a unit takes before it answers, in microseconds, as measured.
  public func turnaround(of unit: UnitID) -> Int64? { self.unit(unit)?.turnaround.map { Int64($0) } }

  /// The share of the bus' time that the plan asks for, without stretching, as far as it was measured; over 1 it can't be met.
  public var need: Double {
    units.reduce(0) { sum, unit in
      unit.breaker.isOpen ? sum : unit.groups.reduce(sum) { $0 + $1.cost / Double($1.cycle) / 1000 }
    }
  }

  /// The share of the bus' time that the plan asks for to read a point, as far as it was measured: its part of the requests
  /// that it is read with.
  public func need(of point: Int, of unit: UnitID) -> Double {
    guard let unit = self.unit(unit), !unit.breaker.isOpen, let place = unit.place[point] else { return 0 }
    let group = unit.groups[place]
    return group.cost / Double(group.cycle) / 1000 / Double(max(1, group.points.count))
  }

  /// Whether nothing that came due of a unit is still to be read.
  public func isIdle(_ unit: UnitID) -> Bool { self.unit(unit)?.isIdle ?? true }

  private func unit(_ id: UnitID) -> ScheduledUnit? { places[id].map { units[$0] } }

  // MARK: What to do

  /// Whether something waits to be done now.
  public mutating func wantsBus(now: Int64) -> Bool {
    if !writes.isEmpty { return true }
    for place in units.indices {
      Self.promote(&units[place], now, meter: &meter)
      if units[place].urgency != nil || units[place].isOutdated { return true }
    }
    return false
  }

  /// What to do next.
  ///
  /// - Parameters:
  ///   - now: The time, in milliseconds.
  ///   - outage: Why the bus can't be used, if it can't: then everything that is due fails at once.
  ///   - planner: Divides points into requests.
  /// - Returns: The step, and the points that fail without one.
  public mutating func next(now: Int64, outage: ReadingError? = nil, planner: Planner) -> (step: Step, failures: [Failure]) {
    var failures: [Failure] = []
    var best: (place: Int, deadline: Int64, lastServed: Int64)?
    var probe: (place: Int, deadline: Int64)?
    var wake: Int64?
    var upcoming: Int64?
    func consider(_ time: Int64) { wake = min(wake ?? .max, time) }

    if meter.isOver(now) {
      let need = need
      if meter.update(now: now, need: need) { restretch(now) }
    }
    let stretch = stretch
    for place in units.indices {
      Self.promote(&units[place], now, meter: &meter)
      if let outage {
        if !units[place].isOutdated {
          units[place].isOutdated = true
          failures.append(Failure(points: units[place].groups.flatMap(\.points), error: outage))
        }
        Self.flush(&units[place], outage, stretch, now, &failures)
      } else if units[place].breaker.isOpen, let error = units[place].breaker.error {
        Self.flush(&units[place], error, stretch, now, &failures)
      }
      if let next = units[place].nextDeadline {
        consider(next)
        if units[place].breaker.isClosed { upcoming = min(upcoming ?? .max, next) }
      }
      guard outage == nil else { continue }
      let time = units[place].breaker.nextTry
      if time > now {
        consider(time)
      } else if units[place].breaker.isOpen {
        if time < probe?.deadline ?? .max { probe = (place, time) }
      } else if let deadline = units[place].urgency {
        if units[place].holdUntil > now {
          consider(units[place].holdUntil)
        } else if (deadline, units[place].lastServed) < (best?.deadline ?? .max, best?.lastServed ?? .max) {
          best = (place, deadline, units[place].lastServed)
        }
      }
    }

    if !writes.isEmpty { return (.write(ticket: writes.removeFirst().ticket), failures) }
    // A silent unit is tried when nobody else waits, or would have to; when the bus is never free, now and then.
    if let probe {
      let isFree = best == nil && (upcoming ?? .max) - now >= silence
      if isFree || probeNotBefore <= now {
        // Whatever comes of it.
        probeNotBefore = now + silence
        if let read = takeProbe(probe.place, now, planner) { return (.read(read), failures) }
      } else {
        consider(max(probeNotBefore, now + 1))
      }
    }
    while let candidate = best {
      if let read = takeRead(candidate.place, now, planner, &failures) { return (.read(read), failures) }
      // Everything of it is known to be unreadable: it needs no time.
      best = nil
      for place in units.indices where units[place].isReady(now) {
        let (deadline, lastServed) = (units[place].urgency ?? .max, units[place].lastServed)
        if (deadline, lastServed) < (best?.deadline ?? .max, best?.lastServed ?? .max) { best = (place, deadline, lastServed) }
      }
    }
    if outage == nil, let upcoming, let early = advance(to: upcoming, now) {
      if let read = takeRead(early, now, planner, &failures) { return (.read(read), failures) }
      wake = now
    }
    return (.wait(until: wake), failures)
  }

  /// Takes how a read went.
  ///
  /// - Parameters:
  ///   - read: The read.
  ///   - outcome: How it went.
  ///   - took: How long it took, in microseconds.
  ///   - now: The time, in milliseconds.
  ///   - planner: Divides points into requests.
  /// - Returns: The points that have no value because of it.
  public mutating func finished(_ read: Read, _ outcome: Outcome, took: Int64, now: Int64, planner: Planner) -> [Failure] {
    var isUseful = true
    if case .failed(let error) = outcome, error.scope == .unit || error.scope == .bus { isUseful = false }
    meter.use(took, usefully: isUseful)
    guard let place = places[read.unit] else { return [] }
    // Taken out while it is changed, so that nothing is copied.
    var unit = ScheduledUnit(id: read.unit, phase: 0)
    swap(&unit, &units[place])
    defer { swap(&unit, &units[place]) }
    turn += 1
    unit.lastServed = turn
    var failures: [Failure] = []
    switch outcome {
    case .answered:
      Self.answered(&unit, now: now)
      if read.attempts == 0 { Self.measure(&unit, took - read.wireTime) }
      for point in read.points where unit.faults.repaired(point) { unit.forgetPlans() }
      Self.settle(&unit, read)
      Self.complete(&unit, read.node, isExplained: false, now: now)
    case .failed(let error):
      switch error.scope {
      case .point where error.isTransient && !unit.breaker.isClosed:
        // Noise is no sign of life.
        fail(&unit, error, took, now)
        failures.append(Failure(points: read.points, error: error))
        Self.settle(&unit, read)
        Self.complete(&unit, read.node, isExplained: true, now: now)
        Self.flush(&unit, error, stretch, now, &failures)
      case .point where error.isTransient && read.attempts < Self.noiseAttempts:
        var again = read
        again.attempts += 1
        unit.queue.insert(again, at: 0)
      case .point:
        Self.answered(&unit, now: now)
        failures.append(Failure(points: read.points, error: error))
        Self.settle(&unit, read)
        Self.complete(&unit, read.node, isExplained: true, now: now)
      case .request where error.code == .busy:
        Self.answered(&unit, now: now)
        if read.attempts + 1 < Self.busyAttempts {
          var again = read
          again.attempts += 1
          unit.queue.insert(again, at: 0)
          unit.holdUntil = now + 50 << Int64(read.attempts)
        } else {
          failures.append(Failure(points: read.points, error: error))
          Self.settle(&unit, read)
          Self.complete(&unit, read.node, isExplained: true, now: now)
        }
      case .request:
        Self.answered(&unit, now: now)
        if read.points.count > 1 {
          bisect(&unit, read, planner)
        } else {
          failures.append(Failure(points: read.points, error: error))
          for point in read.points { unit.faults.addBad(point, error, now: now) }
          unit.forgetPlans()
          Self.settle(&unit, read)
          Self.complete(&unit, read.node, isExplained: true, now: now)
        }
      case .unit:
        fail(&unit, error, took, now)
        failures.append(Failure(points: read.points, error: error))
        Self.settle(&unit, read)
        Self.complete(&unit, read.node, isExplained: true, now: now)
        if unit.breaker.isOpen {
          // What isn't due yet isn't good any more either.
          if unit.breaker.failures == 2 { failures.append(Failure(points: unit.groups.flatMap(\.points), error: error)) }
          Self.flush(&unit, error, stretch, now, &failures)
        }
      case .bus:
        failures.append(Failure(points: read.points, error: error))
        Self.settle(&unit, read)
        Self.complete(&unit, read.node, isExplained: true, now: now)
      }
    }
    return failures
  }

  /// Takes what a write, or a read outside the plan, told of a unit.
  public mutating func contacted(_ id: UnitID, _ outcome: Outcome, took: Int64, now: Int64) {
    var isUseful = true
    if case .failed(let error) = outcome, error.scope == .unit || error.scope == .bus { isUseful = false }
    meter.use(took, usefully: isUseful)
    guard let place = places[id] else { return }
    switch outcome {
    // Noise is no sign of life.
    case .failed(let error)
    where error.scope == .unit || error.scope == .point && error.isTransient && !units[place].breaker.isClosed:
      var unit = units[place]
      fail(&unit, error, took, now)
      units[place] = unit
    case .failed(let error) where error.scope == .bus: break
    case .answered, .failed: Self.answered(&units[place], now: now)
    }
  }

  /// The bus works (again): what couldn't be read meanwhile is read now.
  public mutating func connected(now: Int64) {
    for place in units.indices where units[place].isOutdated {
      units[place].isOutdated = false
      Self.refresh(&units[place], now)
    }
  }
}
