internal import Glibc
public import MapperSDK
internal import Synchronization

/// The lines of a chip.
public final class GPIOConnection: DeviceConnection {
  /// A property on lines.
  public typealias Point = GPIOPoint

  /// How often lines are tried again that somebody else has, in nanoseconds.
  private static let patience: Int64 = 1_000_000_000

  private let table: Mutex<LineTable>
  private let wake: WakeDescriptor

  init(chip: String?, finder: ChipFinder) throws(GPIOError) {
    wake = try WakeDescriptor()
    table = Mutex(try LineTable(chip: chip, finder: finder))
  }

  /// Reads levels, counts and frequencies.
  public func read(_ points: [Point]) async throws -> [Reading] {
    try points.map { point in
      do throws(GPIOError) {
        return try table.withLock { table throws(GPIOError) in try table.read(point, now: Monotonic.now()) }
      } catch {
        if error.isChipGone { throw error.readingError }
        return .failure(error.readingError)
      }
    }
  }

  /// Sets outputs, and counts.
  public func write(_ value: Value, to point: Point) async throws {
    try translated { try table.withLock { try $0.write(value, to: point) } }
  }

  /// Begins pulses; they go on by themselves.
  public func perform(_ command: DeviceCommand, on point: Point) async throws {
    try translated { try table.withLock { try $0.perform(command, on: point, now: Monotonic.now()) } }
    wake.signal()
  }

  /// Tells of edges, and ends pulses, until the task is cancelled.
  public func watch(_ points: [Point], _ sink: EventSink) async throws {
    try await withTaskCancellationHandler {
      try translated { try follow(points, sink) }
    } onCancel: {
      wake.signal()
    }
  }

  /// Releases all lines.
  public func close() async { table.withLock { $0.close() } }

  private func translated(_ body: () throws -> Void) throws {
    do { try body() } catch let error as GPIOError { throw error.readingError }
  }

  // MARK: Waiting

  private func follow(_ points: [Point], _ sink: EventSink) throws {
    sink.send(table.withLock { $0.watch(points) })
    var retryAt = Monotonic.now() + Self.patience
    while !Task.isCancelled {
      let (sources, deadline, isWaiting) = table.withLock { ($0.descriptors, $0.deadline, $0.isWaiting(for: points)) }
      let until = [deadline, isWaiting ? retryAt : nil].compactMap { $0 }.min()
      let ready = try wait(sources.map(\.descriptor), until: until)
      let now = Monotonic.now()
      try tell(sink) { tell throws(GPIOError) in
        try table.withLock { table throws(GPIOError) in
          for source in ready { try table.takeEdges(sources[source].key, sources[source].line, now: now, tell) }
          try table.settle(now: now, tell)
        }
      }
      if !ready.isEmpty { try compare(ready.map { (sources[$0].descriptor, sources[$0].key) }, sink) }
      if isWaiting, now >= retryAt {
        retryAt = now + Self.patience
        sink.send(table.withLock { $0.retry(points) })
      }
    }
  }

  /// Compares the levels of lines whose edges were taken with what those said, unless more wait already.
  private func compare(_ lines: [(descriptor: Int32, key: LineTable.Key)], _ sink: EventSink) throws {
    for (descriptor, key) in lines {
      try tell(sink) { tell throws(GPIOError) in
        try table.withLock { table throws(GPIOError) in
          // The level first: what changes after it has an edge that waits.
          let now = Monotonic.now()
          try table.check(key, now: now, tell, unless: { self.hasEdges(descriptor) })
        }
      }
    }
  }

  private func tell(_ sink: EventSink, _ body: ((LineTable.Told) -> Void) throws -> Void) throws {
    var events: [PointEvent] = []
    var losses: [(count: Int, point: Int)] = []
    defer {
      for loss in losses { sink.lost(loss.count, of: loss.point) }
      sink.send(events)
    }
    try body { told in
      if let event = told.event { events.append(event) }
      if let lost = told.lost { losses.append(lost) }
    }
  }

  /// The places of descriptors from which something can be read, once there are some, or at a time.
  private func wait(_ descriptors: [Int32], until deadline: Int64?) throws(GPIOError) -> [Int] {
    var polled = (descriptors + [wake.descriptor]).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var rest: Int32 = -1
    if let deadline { rest = Int32(clamping: max(0, (deadline - Monotonic.now() + 999_999) / 1_000_000)) }
    let count = poll(&polled, nfds_t(polled.count), rest)
    guard count >= 0 || errno == EINTR else { throw GPIOError("can't wait for edges", errno: errno) }
    guard count > 0 else { return [] }
    if polled[polled.count - 1].revents != 0 { wake.clear() }
    let broken = Int16(POLLERR | POLLHUP | POLLNVAL)
    if polled.dropLast().contains(where: { $0.revents & broken != 0 && $0.revents & Int16(POLLIN) == 0 }) {
      throw GPIOError("the chip is gone", isChipGone: true)
    }
    return descriptors.indices.filter { polled[$0].revents & Int16(POLLIN) != 0 }
  }

  private func hasEdges(_ descriptor: Int32) -> Bool {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&polled, 1, 0) > 0
  }
}
