internal import Logging
internal import MapperSDK
internal import TwinProtocol

/// Runs one device: reads it when it is time, reports what it read, writes what is desired.
actor DeviceWorker<Driver: DeviceDriver>: EdgeDevice {
  /// How often the state is told though it stays the same, in milliseconds.
  static var heartbeat: Int64 { 10_000 }
  /// How long a stopped device waits for a write that is on its way, in milliseconds.
  static var writePatience: Int64 { 1000 }

  typealias Point = Driver.Connection.Point

  nonisolated let binding: DeviceBinding<Driver>
  private let id: DeviceID
  let bus: Bus<Driver>
  private let link: any EdgeReporting
  let clock: MapperClock
  let logger: Logger
  private let events: DeviceEvents
  let isReadOnly: Bool
  private let isToldOfFaults: Bool
  private nonisolated let inbox = ReadingInbox()
  private nonisolated let writeBox = Mailbox()

  /// The place on the bus of what was told last of each point: readings and writes end up here in any order.
  private var lastOperation: [UInt64]
  private var cycles: [Int64?]
  private var report: Report
  private var desired: DesiredValues
  /// Properties that can't be read though the device answers, and why.
  private var unreadable: [Int: ReadingError.Code] = [:]
  private var state: String?
  /// Why the state isn't online.
  private var stateReason: String?
  private var nextHeartbeat: Int64 = .min
  private var isStopped = false
  /// Whether a value is being written, and when that is over after ``stop()``.
  private var isWriting = false
  private nonisolated let written = Gate()

  init(
    _ binding: DeviceBinding<Driver>, cycles: CollectCycles, bus: Bus<Driver>, link: any EdgeReporting, clock: MapperClock,
    logger: Logger, events: DeviceEvents, isReadOnly: Bool = false, isToldOfFaults: Bool = false
  ) {
    self.binding = binding.withoutPolicies()
    self.cycles = binding.cycles(cycles)
    self.bus = bus
    self.link = link
    self.clock = clock
    self.logger = logger
    self.events = events
    self.isReadOnly = isReadOnly
    self.isToldOfFaults = isToldOfFaults
    id = DeviceID(namespace: binding.name.namespace, name: binding.name.name)
    desired = DesiredValues(enforced: binding.enforced)
    lastOperation = Array(repeating: 0, count: binding.points.count)
    report = Report(zip(binding.points, binding.policies).map { ($0.type, $0.limits, $1) })
  }

  // MARK: What others tell

  /// Takes what the Device's own file wishes.
  func received(fromFile wishes: [String: Twin]) {
    desired.learn(fromFile: wishes)
    writeBox.signal()
  }

  /// Reads at other cycles from now on.
  func update(cycles: CollectCycles) {
    self.cycles = binding.cycles(cycles)
    bus.submit(.adjust(binding.name, cycles: self.cycles))
  }

  /// Ends both loops after what they are at; returns when a write that is on its way is done, or after a while.
  func stop() async {
    isStopped = true
    bus.submit(.detach(binding.name))
    inbox.mailbox.signal()
    writeBox.signal()
    guard isWriting else { return }
    let deadline = clock.uptime() + Self.writePatience
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.written.wait() }
      group.addTask { [clock] in
        await clock.sleep(deadline)
        self.written.open()
      }
      await group.next()
      group.cancelAll()
    }
  }

  func received(_ twins: [String: Twin], keepsMarks: Bool) async {
    for (place, point) in binding.points.enumerated() where keepsMarks {
      guard let actual = twins[point.property]?.actual else { continue }
      report.learn(actual.value, time: actual.timestamp ?? clock.now(), of: place)
    }
    desired.learn(twins, keepsMarks: keepsMarks)
    writeBox.signal()
    guard keepsMarks else { return }
    var faulty: [String: Twin] = [:]
    for (property, problem) in binding.faults { faulty[property] = twins[property]?.turnedBad(because: problem) }
    if !faulty.isEmpty { await link.report(faulty, of: id) }
  }

  func received(_ delta: TwinDelta, keepsMarks: Bool) -> Bool {
    defer { writeBox.signal() }
    return desired.learn(delta, keepsMarks: keepsMarks)
  }

  func edgeIsMissed() {
    if desired.miss() { writeBox.signal() }
  }

  func edgeAppeared() async {
    let tellsQuality = await link.isSwiftlet
    let last = report.repeatAll(tellsQuality: tellsQuality) { place in (cycles[place] ?? .max) <= Self.heartbeat }
    nextHeartbeat = .min
    inbox.mailbox.signal()
    var twins: [String: Twin] = [:]
    for (place, twin) in last { twins[binding.points[place].property] = twin }
    if !twins.isEmpty { await link.report(twins, of: id) }
  }

  // MARK: Loops

  /// Runs the device until it is stopped or the task is cancelled.
  func run() async {
    for (property, problem) in binding.faults.sorted(by: { $0.key < $1.key }) {
      if !isToldOfFaults { logger.error("\(problem)") }
      events.post(binding.name, .warning, "PropertyInvalid", "\(property) isn't served: \(problem)")
    }
    bus.submit(
      .attach(binding.name, binding.unit, points: binding.points, cycles: cycles, watched: binding.watched, inbox: inbox))
    await withDiscardingTaskGroup { group in
      group.addTask { await self.receive() }
      group.addTask { await self.write() }
    }
  }

  private var isRunning: Bool { !isStopped && !Task.isCancelled }

  private func receive() async {
    while isRunning {
      for batch in inbox.drain() { await take(batch) }
      await beat()
      guard isRunning else { return }
      await inbox.mailbox.wait(until: nextHeartbeat, clock: clock)
    }
  }

  private func write() async {
    while isRunning {
      // Asked anew each time: while one value is written, another may be replaced.
      let now = clock.uptime()
      if let wish = desired.due(now: now).first {
        isWriting = true
        await write(wish)
        isWriting = false
        if !isRunning { written.open() }
      } else {
        await writeBox.wait(until: desired.nextRetry(now: now), clock: clock)
      }
    }
  }

  // MARK: Reading

  func take(_ entries: [ReadingInbox.Entry], written: WrittenMark? = nil) async {
    // What became of a write is told even when the device has been stopped meanwhile: else it would be written again.
    guard isRunning || written != nil else { return }
    var twins: [String: Twin] = [:]
    twins.reserveCapacity(entries.count)
    var data: [String: Twin] = [:]
    var every: Set<String> = []
    let uptime = clock.uptime()
    let tellsQuality = await link.isSwiftlet
    var unreachable: ReadingError?
    var reached = false
    for entry in entries {
      let property = binding.points[entry.point].property
      // What was read before a write must not be told after what the write read back. What became of a desired value is
      // told in any case.
      guard entry.operation >= lastOperation[entry.point] else {
        if let written, tellsQuality { twins[property] = Twin(written: written) }
        continue
      }
      lastOperation[entry.point] = entry.operation
      if case .failure(let error) = entry.reading, BusFailure(error).isUnreachable { unreachable = error } else { reached = true }
      var twin = report.take(
        entry.reading, of: entry.point, now: entry.time, uptime: uptime, tellsQuality: tellsQuality, isWanted: written != nil)
      if twin != nil, report.isEvery(entry.point) {
        // A batch may have several values of it.
        if twins[property] != nil {
          await link.report(twins, of: id, every: every)
          twins = [:]
        }
        every.insert(property)
      }
      if report.isData(entry.point), let twin, twin.actual?.quality != Quality.bad.rawValue {
        if data[property] != nil {
          await link.publish(data: data, of: id)
          data = [:]
        }
        data[property] = twin
      }
      if let written, tellsQuality {
        twin = twin ?? Twin()
        twin?.written = written
      }
      if let twin { twins[property] = twin }
      if written == nil, desired.isKept(property) { enforce(entry) }
      explain(entry)
    }
    if !twins.isEmpty { await link.report(twins, of: id, every: every) }
    if !data.isEmpty { await link.publish(data: data, of: id) }
    if reached {
      await become("online", because: nil)
    } else if let unreachable {
      await become("offline", because: unreachable.reason)
    }
  }

  /// Has a desired value written again that the device hasn't kept, where that is asked for.
  private func enforce(_ entry: ReadingInbox.Entry) {
    let point = binding.points[entry.point]
    guard !isReadOnly, let text = desired.kept(point.property), let wished = try? Value(parsing: text, as: point.type),
      case .success(let sample) = Report.sample(entry.reading, point.type, Limits(), entry.time), sample.value != wished,
      desired.drifted(point.property, now: clock.uptime())
    else { return }
    let found = sample.value.text ?? "another value"
    logger.notice("\(point.property) is \(found) and no longer \(text): it is written again")
    events.post(binding.name, .warning, "DesiredEnforced", "\(point.property) is \(found) and no longer \(text): it is written again")
    writeBox.signal()
  }

  /// Says once why a property can't be read though its device answers, and once that it can again.
  private func explain(_ entry: ReadingInbox.Entry) {
    switch entry.reading {
    case .value, .uncertain:
      guard !unreadable.isEmpty, unreadable.removeValue(forKey: entry.point) != nil else { return }
      let property = binding.points[entry.point].property
      logger.info("\(property) can be read again")
      events.post(binding.name, .normal, "PropertyReadable", "\(property) can be read again")
    case .failure(let error):
      guard !BusFailure(error).isUnreachable, !error.isTransient, unreadable[entry.point] != error.code else { return }
      unreadable[entry.point] = error.code
      let property = binding.points[entry.point].property
      logger.warning("\(property) can't be read: \(error.reason)")
      events.post(binding.name, .warning, "PropertyUnreadable", "\(property) can't be read: \(error.reason)")
    }
  }

  private func become(_ state: String, because reason: String?) async {
    guard self.state != state else { return }
    if let reason {
      logger.warning("\(state): \(reason)")
      events.post(binding.name, .warning, "DeviceOffline", reason)
    } else {
      logger.info("\(state)")
      desired.hurry()
      writeBox.signal()
      if self.state != nil { events.post(binding.name, .normal, "DeviceOnline", "the mapper reaches the device again") }
    }
    self.state = state
    stateReason = reason
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
    await link.tell(state: state, because: stateReason, of: id)
  }

  // MARK: Writing

  private func write(_ wish: DesiredValues.Write) async {
    guard let point = binding.point(wish.property) else {
      await refuse(wish, because: binding.faults[wish.property] ?? "the device has no such property")
      return
    }
    guard point.isWritable else {
      await refuse(wish, because: "the property is read-only")
      return
    }
    guard !isReadOnly else {
      await refuse(wish, because: Self.readOnlyReason)
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
    let result = await bus.perform(with: binding.unit) { connection in
      try await Self.write(value, to: point, unlessItIs: readsFirst, connection)
    }
    switch result {
    case .success(let (reading, operation)):
      desired.finish(wish)
      logger.info("\(wish.property) is set to \(wish.text)")
      let place = binding.place(of: wish.property) ?? 0
      let mark = desired.isMarked(wish) ? WrittenMark(timestamp: wish.timestamp) : nil
      await take([.init(point: place, reading: reading, time: clock.now(), operation: operation)], written: mark)
    case .failure(let failure) where failure.error.isTransient:
      desired.postpone(wish, now: clock.uptime())
      logger.debug("\(wish.property) can't be set to \(wish.text) yet: \(failure.error)")
    case .failure(let failure):
      await refuse(wish, because: failure.error.reason, isTimeout: failure.error.code == .timeout)
    }
  }

  /// Why a mapper that only reads writes nothing.
  static var readOnlyReason: String { "this mapper runs read-only (--read-only), so nothing is written" }

  /// Writes a value and reads it back.
  ///
  /// - Parameter readsFirst: Whether to write only what differs.
  static func write(
    _ value: Value, to point: Point, unlessItIs readsFirst: Bool, _ connection: Driver.Connection
  ) async throws -> Reading {
    if readsFirst {
      do {
        if let current = try await connection.read([point]).first, case .value(let read, _) = current,
          (try? read.converted(to: point.type)) == value
        {
          return current
        }
      } catch let error as ReadingError where !error.isTransient {
        // What can't be read may be written all the same.
      }
    }
    try await connection.write(value, to: point)
    do {
      return try await connection.read([point]).first ?? .failure(ReadingError(.failed, "the written value wasn't read back"))
    } catch let error as ReadingError {
      return .failure(error)
    }
  }

  private func refuse(_ wish: DesiredValues.Write, because reason: String, isTimeout: Bool = false) async {
    desired.finish(wish, isRefused: true)
    logger.warning("\(wish.property) is not set to \"\(wish.text.prefix(64))\": \(reason)")
    guard desired.isMarked(wish), await link.isSwiftlet else { return }
    await link.report([wish.property: Twin(written: WrittenMark(timestamp: wish.timestamp, error: reason, isTimeout: isTimeout))], of: id)
  }
}
