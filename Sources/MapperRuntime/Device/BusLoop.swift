internal import Logging
internal import MapperSDK

/// What a bus does, one thing after the other, on its own thread.
struct BusLoop<Driver: DeviceDriver> {
  typealias Point = Driver.Connection.Point

  /// Small, as there may be hundreds of thousands.
  struct Slot {
    /// The device's place in ``members``.
    var member: Int32
    /// The point's place in its device.
    var place: Int32
  }

  struct Member {
    let device: DeviceName
    let unit: UnitID
    var slots: [Int]
    var cycles: [Int64?]
    /// The places of points that tell of themselves.
    let watched: [Int]
    let inbox: ReadingInbox
    /// Readings that aren't handed over yet.
    var entries: [ReadingInbox.Entry] = []
    /// Since when they wait.
    var since = Int64.max
  }

  static var shortestPause: Int64 { 200 }
  static var longestPause: Int64 { 10_000 }
  /// How long readings wait for others of the same turn, in milliseconds.
  static var patience: Int64 { 50 }

  private let driver: Driver
  let id: BusID
  private var config: Driver.ProtocolConfig
  private let clock: MapperClock
  let logger: Logger
  let events: DeviceEvents

  var scheduler: BusScheduler
  var slots: [Slot?] = []
  private var free: [Int] = []
  var members: [Member?] = []
  /// The points of each member.
  var points: [[Point]] = []
  var places: [DeviceName: Int] = [:]
  private var jobs: [Int: BusJob<Driver.Connection>] = [:]
  private var nextTicket = 0
  private let operations: Operations
  private let counts: EventCounts

  /// The run of the connection's watch, if there is one; whether it has to be another one; and whether somebody runs it.
  private var watch: BusWatch?
  private var isWatchOutdated = false
  private var isWatchNew = false
  private var watchThread: BusExecutor?

  private var connection: Driver.Connection?
  private var outage: BusFailure?
  private var pause = Self.shortestPause
  private var retryAt = Int64.min
  private var generator = SystemRandomNumberGenerator()
  var statistics = BusStatistics()
  /// The stretch that devices' users were told of last.
  var toldStretch = 1.0
  /// When the statistics are brought up to date next: of a bus that never rests too, but not at each turn.
  var refreshAt = Int64.min

  init(
    _ id: BusID, driver: Driver, config: Driver.ProtocolConfig, operations: Operations, counts: EventCounts, clock: MapperClock,
    logger: Logger, events: DeviceEvents
  ) {
    self.id = id
    self.operations = operations
    self.counts = counts
    self.driver = driver
    self.config = config
    self.clock = clock
    self.logger = logger
    self.events = events
    let seed = id.description.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    scheduler = BusScheduler(seed: seed, now: clock.uptime())
    statistics.bus = id.description
  }

  // MARK: Orders

  mutating func take(_ order: BusOrder<Driver>) async {
    switch order {
    case .attach(let device, let unit, let points, let cycles, let watched, let inbox):
      remove(device)
      let index = members.firstIndex { $0 == nil } ?? members.count
      let numbers = points.indices.map { place in
        let slot = Slot(member: Int32(index), place: Int32(place))
        guard let number = free.popLast() else {
          slots.append(slot)
          return slots.count - 1
        }
        slots[number] = slot
        return number
      }
      let member = Member(device: device, unit: unit, slots: numbers, cycles: cycles, watched: watched, inbox: inbox)
      if index == members.count {
        members.append(member)
        self.points.append(points)
      } else {
        members[index] = member
        self.points[index] = points
      }
      places[device] = index
      if !watched.isEmpty { isWatchOutdated = true }
      schedule(unit)
    case .adjust(let device, let cycles):
      guard let index = places[device], let unit = members[index]?.unit else { return }
      members[index]?.cycles = cycles
      schedule(unit)
    case .detach(let device): remove(device)
    case .watchBroke(let broken, let error):
      guard broken === watch, let open = connection else { return }
      watch = nil
      await lose(open, BusFailure(error))
    case .configure(let config): self.config = config
    case .perform(let job):
      nextTicket += 1
      jobs[nextTicket] = job
      scheduler.enqueueWrite(ticket: nextTicket, unit: job.unit)
    }
  }

  private mutating func remove(_ device: DeviceName) {
    guard let index = places.removeValue(forKey: device), let member = members[index] else { return }
    members[index] = nil
    points[index] = []
    if !member.watched.isEmpty { isWatchOutdated = true }
    for slot in member.slots { slots[slot] = nil }
    // The numbers are given away again only after the scheduler has forgotten them.
    schedule(member.unit)
    free += member.slots
  }

  private mutating func schedule(_ unit: UnitID) {
    var points: [(point: Int, cycle: Int64)] = []
    for case let member? in members where member.unit == unit {
      for (slot, cycle) in zip(member.slots, member.cycles) {
        if let cycle { points.append((slot, cycle)) }
      }
    }
    scheduler.setPoints(points, of: unit, now: clock.uptime())
  }

  // MARK: Steps

  /// Does the next thing.
  ///
  /// - Returns: Until when there is nothing to do; `nil` when something was done.
  mutating func step() async -> Wait? {
    let now = clock.uptime()
    if connection == nil, now >= retryAt, scheduler.wantsBus(now: now) { await connect() }
    if isWatchOutdated, let connection {
      await renewWatch(connection)
      // Somebody has to run it first: what is read after that can't be older than what is told.
      if isWatchNew { return nil }
    }
    let planner = planner
    let (step, failures) = scheduler.next(now: now, outage: connection == nil ? outage?.error : nil, planner: planner)
    for failure in failures { deliver(failure) }
    adjustStretch()
    if now >= refreshAt { refreshStatistics(now: now) }
    switch step {
    case .write(let ticket): await perform(ticket)
    case .read(let read): await self.read(read, planner)
    case .wait(let until):
      flush(all: true)
      // They stay so until then.
      if until.map({ $0 >= refreshAt }) ?? true { refreshStatistics(now: now) }
      let retry = connection == nil && outage != nil ? max(retryAt, now + 1) : nil
      return Wait(until: [until, retry].compactMap { $0 }.min())
    }
    return nil
  }

  struct Wait { var until: Int64? }

  private var planner: BusScheduler.Planner {
    { [driver, slots, points] _, ids, costs in driver.plan(ids.compactMap { Self.point($0, slots, points) }, costs: costs) }
  }

  static func point(_ number: Int, _ slots: [Slot?], _ points: [[Point]]) -> Point? {
    guard slots.indices.contains(number), let slot = slots[number] else { return nil }
    return points[Int(slot.member)][Int(slot.place)]
  }

  private mutating func connect() async {
    do {
      connection = try await driver.connect(to: id, config: config, logger: logger)
      if outage != nil { logger.info("connected again") }
      outage = nil
      statistics.isConnected = true
      statistics.connects += 1
      scheduler.connected(now: clock.uptime())
      isWatchOutdated = members.contains { !($0?.watched.isEmpty ?? true) }
    } catch {
      let failure = BusFailure(ReadingError(.notConnected, "\(error)"))
      if outage?.error != failure.error { logger.warning("can't connect: \(error)") }
      suspend(failure)
    }
  }

  /// No more attempts for a while, longer each time, and not in step with others.
  private mutating func suspend(_ failure: BusFailure) {
    outage = failure
    statistics.isConnected = false
    retryAt = clock.uptime() + pause + Int64.random(in: 0...pause / 4, using: &generator)
    pause = min(pause * 2, Self.longestPause)
  }

  private mutating func read(_ read: BusScheduler.Read, _ planner: BusScheduler.Planner) async {
    guard let open = connection else { return }
    let points = read.points.compactMap { Self.point($0, slots, self.points) }
    guard points.count == read.points.count else { return }
    let start = clock.microseconds()
    // Events that come meanwhile are newer.
    let operation = operations.next()
    var outcome = BusScheduler.Outcome.answered
    var readings: [Reading] = []
    do {
      readings = try await open.read(points)
      while readings.count < points.count {
        readings.append(.failure(ReadingError(.failed, "the driver gave no answer for this property")))
      }
      if let error = ReadingError(commonTo: readings) { outcome = .failed(error) }
    } catch let error as ReadingError {
      outcome = .failed(error)
    } catch {
      outcome = .failed(ReadingError(.notConnected, "\(error)"))
    }
    let took = clock.microseconds() - start
    let now = clock.uptime()
    note(outcome, of: read.unit)
    let failures = scheduler.finished(read, outcome, took: took, now: now, planner: planner)
    if outcome == .answered {
      let time = clock.now()
      for (slot, reading) in zip(read.points, readings) { buffer(reading, slot, time, now, operation) }
    }
    for failure in failures { deliver(failure) }
    if case .failed(let error) = outcome, error.scope == .bus { await lose(open, BusFailure(error)) }
    flush(all: scheduler.isIdle(read.unit))
  }

  private mutating func perform(_ ticket: Int) async {
    guard let job = jobs.removeValue(forKey: ticket) else { return }
    let operation = operations.next()
    if let error = scheduler.outage(of: job.unit) {
      _ = await job.run(.failure(BusFailure(error)), operation)
      return
    }
    guard let open = connection else {
      _ = await job.run(.failure(outage ?? BusFailure(ReadingError(.notConnected, "not connected"))), operation)
      return
    }
    let start = clock.microseconds()
    let outcome = await job.run(.success(open), operation)
    note(outcome, of: job.unit)
    scheduler.contacted(job.unit, outcome, took: clock.microseconds() - start, now: clock.uptime())
    if case .failed(let error) = outcome, error.scope == .bus { await lose(open, BusFailure(error)) }
  }

  private mutating func note(_ outcome: BusScheduler.Outcome, of unit: UnitID) {
    statistics.transactions += 1
    guard case .failed(let error) = outcome else {
      // Only now: somebody who takes every connection and drops it isn't there.
      pause = Self.shortestPause
      return
    }
    statistics.failures += 1
    logger.debug("unit \(unit): \(error)")
  }

  private mutating func lose(_ open: Driver.Connection, _ failure: BusFailure) async {
    await endWatch()
    await open.close()
    connection = nil
    logger.warning("lost the connection: \(failure.error)")
    // A connection that breaks at once each time must not be made anew without a pause.
    suspend(failure)
  }

  /// Ends the connection; what waits is told so.
  mutating func close() async {
    flush(all: true)
    for ticket in jobs.keys.sorted() {
      _ = await jobs[ticket]?.run(.failure(BusFailure(ReadingError(.notConnected, "the bus \(id) is being closed"))), operations.next())
    }
    jobs = [:]
    await endWatch()
    await connection?.close()
    connection = nil
  }

  // MARK: Events

  /// The run of the connection's watch that nobody runs yet, if there is one.
  mutating func newWatch() -> BusWatch? {
    defer { isWatchNew = false }
    return isWatchNew ? watch : nil
  }

  private mutating func renewWatch(_ connection: Driver.Connection) async {
    isWatchOutdated = false
    await endWatch()
    var watched = WatchedPoints<Point>()
    for (index, member) in members.enumerated() {
      if let member { watched.add(member.watched.map { ($0, points[index][$0]) }, to: member.inbox) }
    }
    guard !watched.isEmpty else {
      watchThread = nil
      return
    }
    do throws(ReadingError) {
      let thread: BusExecutor
      if let watchThread { thread = watchThread } else { thread = try BusExecutor() }
      watchThread = thread
      let (points, sink) = (watched.points, watched.sink(operations, now: clock.now) { [counts] in counts.add(events: $0, lost: $1) })
      watch = BusWatch(on: thread) { try await connection.watch(points, sink) }
      isWatchNew = true
    } catch {
      await lose(connection, BusFailure(error))
    }
  }

  private mutating func endWatch() async {
    guard let watch else { return }
    self.watch = nil
    // Nobody ran it, nobody will.
    guard !isWatchNew else {
      isWatchNew = false
      return
    }
    if !(await watch.end(clock)) {
      logger.warning("the driver goes on waiting for events though it was told to end; it is left behind")
      watchThread = nil
    }
  }

  // MARK: Readings

  private mutating func deliver(_ failure: BusScheduler.Failure) {
    let time = clock.now()
    let now = clock.uptime()
    let operation = operations.next()
    for slot in failure.points { buffer(.failure(failure.error), slot, time, now, operation) }
  }

  private mutating func buffer(_ reading: Reading, _ slot: Int, _ time: Int64, _ now: Int64, _ operation: UInt64) {
    guard slots.indices.contains(slot), let owner = slots[slot] else { return }
    let member = Int(owner.member)
    members[member]?.entries.append(.init(point: Int(owner.place), reading: reading, time: time, operation: operation))
    if members[member]?.since == .max { members[member]?.since = now }
  }

  /// Hands readings over: those of a turn together, unless the line is slow.
  private mutating func flush(all: Bool) {
    let now = clock.uptime()
    for (index, member) in members.enumerated() {
      guard let member, !member.entries.isEmpty else { continue }
      guard all && scheduler.isIdle(member.unit) || now - member.since >= Self.patience else { continue }
      member.inbox.push(member.entries)
      members[index]?.entries.removeAll(keepingCapacity: false)
      members[index]?.since = .max
    }
  }
}
