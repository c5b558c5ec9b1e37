internal import Glibc
public import MapperSDK
internal import Synchronization

/// The lines of a chip.
public final class GPIOConnection: DeviceConnection {
  /// A property on lines.
  public typealias Point = GPIOPoint

  private let table: Mutex<LineTable>
  private let wake: WakeDescriptor

  init(chip: String?, finder: ChipFinder, memory: CountMemory = CountMemory()) throws(GPIOError) {
    wake = try WakeDescriptor()
    table = Mutex(try LineTable(chip: chip, finder: finder, memory: memory))
  }

  /// Reads levels, counts and frequencies.
  public func read(_ points: [Point]) async throws -> [Reading] {
    try points.map { point in
      do throws(GPIOError) {
        return try change { table throws(GPIOError) in try table.read(point) }
      } catch {
        if error.isChipGone { throw error.readingError }
        return .failure(error.readingError)
      }
    }
  }

  /// Sets outputs, and counts.
  public func write(_ value: Value, to point: Point) async throws {
    try translated { try change { try $0.write(value, to: point) } }
  }

  /// Begins pulses; they go on by themselves.
  public func perform(_ command: DeviceCommand, on point: Point) async throws {
    try translated { try change { try $0.perform(command, on: point) } }
  }

  /// Tells of edges, and ends pulses, until the task is cancelled.
  public func watch(_ points: [Point], _ sink: EventSink) async throws {
    try await withTaskCancellationHandler {
      try translated { try follow(points, sink) }
    } onCancel: {
      wake.signal()
    }
  }

  /// Whether it watches points.
  var isWatching: Bool { table.withLock { !$0.watched.isEmpty } }

  /// Releases all lines.
  public func close() async { table.withLock { $0.close() } }

  private func translated(_ body: () throws -> Void) throws {
    do { try body() } catch let error as GPIOError { throw error.readingError }
  }

  /// Changes the table, and wakes whoever waits for edges if that concerns him.
  private func change<Result, Failure: Error>(_ body: (inout LineTable) throws(Failure) -> Result) throws(Failure) -> Result {
    let (result, isNews) = try table.withLock { table throws(Failure) in
      let before = table.deadline
      let result = try body(&table)
      return (result, table.deadline != before)
    }
    if isNews { wake.signal() }
    return result
  }

  // MARK: Waiting

  private func follow(_ points: [Point], _ sink: EventSink) throws(GPIOError) {
    try tell(sink) { table, told throws(GPIOError) in try table.watch(points, into: &told) }
    while !Task.isCancelled {
      let (sources, deadline) = table.withLock { ($0.taken.sources, $0.deadline) }
      let asked = Monotonic.now()
      let ready = try wait(sources, until: deadline)
      try tell(sink) { table, told throws(GPIOError) in try table.advance(ready: ready, asked: asked, into: &told) }
    }
  }

  /// Tells also what came before an error.
  private func tell(_ sink: EventSink, _ body: (inout LineTable, inout [Told]) throws(GPIOError) -> Void) throws(GPIOError) {
    var told: [Told] = []
    defer { Told.send(told, to: sink) }
    try table.withLock { table throws(GPIOError) in try body(&table, &told) }
  }

  /// Those from which edges can be taken, once there are some, or at a time.
  private func wait(_ sources: [EdgeSource], until deadline: Int64?) throws(GPIOError) -> [EdgeSource] {
    var polled = (sources.map(\.descriptor) + [wake.descriptor]).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    // The kernel (6.1) doesn't wake who waits when the chip goes; it tells who asks anew.
    var rest: Int32 = sources.isEmpty ? -1 : 1000
    if let deadline {
      let now = Monotonic.now()
      let milliseconds = deadline <= now ? 0 : Int32(clamping: (deadline - now + 999_999) / 1_000_000)
      rest = rest < 0 ? milliseconds : min(rest, milliseconds)
    }
    let count = poll(&polled, nfds_t(polled.count), rest)
    guard count >= 0 || errno == EINTR else { throw GPIOError("can't wait for edges", errno: errno) }
    guard count > 0 else { return [] }
    if polled[polled.count - 1].revents != 0 { wake.clear() }
    let broken = Int16(POLLERR | POLLHUP | POLLNVAL)
    if polled.dropLast().contains(where: { $0.revents & broken != 0 && $0.revents & Int16(POLLIN) == 0 }) {
      throw GPIOError("the chip is gone", isChipGone: true)
    }
    return sources.indices.filter { polled[$0].revents & Int16(POLLIN) != 0 }.map { sources[$0] }
  }
}
