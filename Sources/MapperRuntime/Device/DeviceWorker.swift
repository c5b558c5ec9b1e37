internal import Logging
internal import MapperSDK
internal import Synchronization
internal import TwinProtocol

/// Runs one device: reads it when it is time, reports what it read, writes what is desired.
actor DeviceWorker<Driver: DeviceDriver>: EdgeDevice {
  /// How often the state is told though it stays the same, in milliseconds.
  static var heartbeat: Int64 { 10_000 }

  typealias Point = Driver.Connection.Point

  nonisolated let binding: DeviceBinding<Driver>
  private let id: DeviceID
  private let bus: Bus<Driver>
  private let link: EdgeLink
  private let clock: MapperClock
  private let logger: Logger
  private nonisolated let pollBox = Mailbox()
  private nonisolated let writeBox = Mailbox()

  /// Counts what was done on the bus, in the order it was done there: both loops end up here, in any order.
  private nonisolated let operations = Atomic<UInt64>(0)
  /// The operation that a property's last reading is of.
  private var lastOperation: [String: UInt64] = [:]

  private var schedule: PollSchedule
  private var report = Report()
  private var desired = DesiredValues()
  private var state: String?
  private var nextHeartbeat: Int64 = .min
  private var isStopped = false
  /// Deadlines passed over that were logged.
  private var loggedMisses = 0

  init(
    _ binding: DeviceBinding<Driver>, cycles: [(property: String, cycle: Int64)], bus: Bus<Driver>, link: EdgeLink, clock: MapperClock,
    logger: Logger
  ) {
    self.binding = binding
    self.bus = bus
    self.link = link
    self.clock = clock
    self.logger = logger
    id = DeviceID(namespace: binding.name.namespace, name: binding.name.name)
    // Devices with the same cycle are spread over it, the same way each time.
    let phase = Int64(binding.name.description.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 } % 60_000)
    schedule = PollSchedule(cycles: cycles, phase: phase, now: clock.uptime())
  }

  // MARK: What others tell

  /// Reads at other cycles from now on.
  func update(cycles: [(property: String, cycle: Int64)]) {
    schedule.update(cycles: cycles, now: clock.uptime())
    loggedMisses = min(loggedMisses, schedule.missed)
    report.keep(Set(cycles.map(\.property)))
    pollBox.signal()
  }

  /// Ends both loops after what they are at.
  func stop() {
    isStopped = true
    pollBox.signal()
    writeBox.signal()
  }

  func received(_ twins: [String: Twin], keepsMarks: Bool) {
    desired.learn(twins, keepsMarks: keepsMarks)
    writeBox.signal()
  }

  func received(_ delta: TwinDelta, keepsMarks: Bool) -> Bool {
    defer { writeBox.signal() }
    return desired.learn(delta, keepsMarks: keepsMarks)
  }

  func edgeAppeared() {
    report.repeatFailures()
    nextHeartbeat = .min
    pollBox.signal()
  }

  // MARK: Loops

  /// Runs the device until it is stopped or the task is cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.poll() }
      group.addTask { await self.write() }
    }
  }

  private var isRunning: Bool { !isStopped && !Task.isCancelled }

  private func poll() async {
    while isRunning {
      let points = schedule.due(at: clock.uptime()).compactMap { binding.point($0) }
      if !points.isEmpty { await read(points) }
      await beat()
      guard isRunning else { return }
      await pollBox.wait(until: min(schedule.nextDeadline ?? .max, nextHeartbeat), clock: clock)
    }
  }

  private func write() async {
    while isRunning {
      // Asked anew each time: while one value is written, another may be replaced.
      while let wish = desired.due(now: clock.uptime()).first {
        await write(wish)
        guard isRunning else { return }
      }
      await writeBox.wait(until: desired.nextRetry(now: clock.uptime()), clock: clock)
    }
  }

  // MARK: Reading

  private func read(_ points: [Point]) async {
    let result = await bus.perform(urgently: false) { (try await $0.read(points), self.nextOperation()) }
    guard isRunning else { return }
    switch result {
    case .success(let (readings, operation)): await take(readings, of: points, operation)
    case .failure(let failure): await take(points.map { _ in .failure(failure.error) }, of: points, nextOperation())
    }
  }

  private nonisolated func nextOperation() -> UInt64 { operations.add(1, ordering: .relaxed).newValue }

  private func take(_ readings: [Reading], of points: [Point], _ operation: UInt64, written: WrittenMark? = nil) async {
    var twins: [String: Twin] = [:]
    let now = clock.now()
    let tellsQuality = await link.isSwiftlet
    var unreachable: ReadingError?
    var reached = false
    for (index, point) in points.enumerated() {
      // What was read before a write must not be told after what the write read back. What became of a desired value is
      // told in any case.
      guard operation > lastOperation[point.property] ?? 0 else {
        if let written, tellsQuality { twins[point.property] = Twin(written: written) }
        continue
      }
      lastOperation[point.property] = operation
      let reading =
        index < readings.count ? readings[index] : .failure(ReadingError(.failed, "the driver gave no answer for this property"))
      if case .failure(let error) = reading, BusFailure(error).isUnreachable { unreachable = error } else { reached = true }
      var twin = report.take(reading, of: point.property, type: point.type, now: now, tellsQuality: tellsQuality)
      if let written, tellsQuality {
        twin = twin ?? Twin()
        twin?.written = written
      }
      if let twin { twins[point.property] = twin }
    }
    if !twins.isEmpty { await link.report(twins, of: id) }
    if reached {
      await become("online", because: nil)
    } else if let unreachable {
      await become("offline", because: unreachable.reason)
    }
  }

  private func become(_ state: String, because reason: String?) async {
    guard self.state != state else { return }
    if let reason { logger.warning("\(state): \(reason)") } else { logger.info("\(state)") }
    self.state = state
    nextHeartbeat = .min
    await beat()
  }

  private func beat() async {
    let now = clock.uptime()
    guard let state, now >= nextHeartbeat else {
      if state == nil { nextHeartbeat = now + Self.heartbeat }
      return
    }
    nextHeartbeat = now + Self.heartbeat
    if schedule.missed > loggedMisses {
      logger.warning("\(schedule.missed - loggedMisses) reads were left out: the device doesn't answer as fast as its cycles ask")
      loggedMisses = schedule.missed
    }
    await link.tell(state: state, of: id)
  }

  // MARK: Writing

  private func write(_ wish: DesiredValues.Write) async {
    guard let point = binding.point(wish.property) else {
      await refuse(wish, because: "the device has no such property")
      return
    }
    guard point.isWritable else {
      await refuse(wish, because: "the property is read-only")
      return
    }
    let value: Value
    do {
      value = try Value(parsing: wish.text, as: point.type)
      try point.limits.check(value)
    } catch {
      await refuse(wish, because: error.reason)
      return
    }
    let readsFirst = wish.readsFirst
    let result = await bus.perform(urgently: true) { connection -> (Reading, UInt64) in
      if readsFirst, let current = try await connection.read([point]).first, case .value(let read, _) = current,
        (try? read.converted(to: point.type)) == value
      {
        return (current, self.nextOperation())
      }
      try await connection.write(value, to: point)
      do {
        let reading = try await connection.read([point]).first
        return (reading ?? .failure(ReadingError(.failed, "the written value wasn't read back")), self.nextOperation())
      } catch let error as ReadingError {
        return (.failure(error), self.nextOperation())
      }
    }
    switch result {
    case .success(let (reading, operation)):
      desired.finish(wish)
      logger.info("\(wish.property) is set to \(wish.text)")
      await take([reading], of: [point], operation, written: WrittenMark(timestamp: wish.timestamp))
    case .failure(let failure) where failure.isUnreachable:
      desired.postpone(wish, now: clock.uptime())
      logger.debug("\(wish.property) can't be set to \(wish.text) yet: \(failure.error)")
    case .failure(let failure):
      await refuse(wish, because: failure.error.reason)
    }
  }

  private func refuse(_ wish: DesiredValues.Write, because reason: String) async {
    desired.finish(wish)
    logger.warning("\(wish.property) is not set to \"\(wish.text.prefix(64))\": \(reason)")
    guard await link.isSwiftlet else { return }
    await link.report([wish.property: Twin(written: WrittenMark(timestamp: wish.timestamp, error: reason))], of: id)
  }
}
