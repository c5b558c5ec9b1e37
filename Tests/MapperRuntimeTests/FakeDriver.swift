import Glibc
import MapperRuntime
import MapperSDK
import Synchronization

/// A bus whose registers tests turn.
struct FakeDriver: DeviceDriver {
  struct Config: Decodable, Sendable {
    var bus: String?
    var unit: Int?
  }
  struct Visitor: Decodable, Sendable {
    var register: String
    /// How its values come: `events` by exception, `watched` as well.
    var delivery: String?
  }
  typealias ProtocolConfig = Config

  static let protocolName = "fake"
  static let schema = DriverSchema(
    protocolConfig: [
      .init("bus", .string, doc: "the bus"), .init("unit", .integer(1...247), default: 1, doc: "the unit"),
    ],
    visitor: [
      .init("register", .string, isRequired: true, doc: "the register"),
      .init("delivery", .oneOf(["polled", "events", "watched"]), doc: "how its values come"),
    ], commands: [.init("pulse", argument: "a length in milliseconds", doc: "sets the register for a while")])

  let plant = Plant()

  func bus(of device: DeviceName, config: Config) -> BusID { BusID(config.bus ?? "bus") }

  func delivery(of point: FakeConnection.Point) -> Delivery {
    switch point.visitor.delivery {
    case "events": .byException
    case "watched": .watched
    default: .polled
    }
  }

  func connect(to bus: BusID, config: Config, logger: Logger) async throws -> FakeConnection {
    try plant.connect(bus)
    return FakeConnection(plant: plant, bus: bus)
  }
}

struct FakeConnection: DeviceConnection {
  typealias Point = DevicePoint<FakeDriver.Config, FakeDriver.Visitor>
  let plant: Plant
  let bus: BusID

  func read(_ points: [Point]) async throws -> [Reading] {
    try points.map { try plant.read($0.visitor.register, of: $0.device.name, bus) }
  }
  func write(_ value: Value, to point: Point) async throws { try plant.write(value, to: point.visitor.register, bus) }
  func watch(_ points: [Point], _ sink: EventSink) async throws {
    let registers = points.map(\.visitor.register)
    for await (register, readings) in plant.watch() {
      guard register != Plant.cut else { throw Plant.Broken(description: "the line of events is cut") }
      sink.send(
        registers.indices.filter { registers[$0] == register }.flatMap { point in readings.map { PointEvent(point: point, reading: $0) } })
    }
  }
  func perform(_ command: DeviceCommand, on point: Point) async throws {
    guard let length = Int(command.argument) else { throw ReadingError(.invalidValue, "a pulse has a length, not \"\(command.argument)\"") }
    plant.note("\(command.name) \(point.visitor.register) \(length)")
  }
  func close() async { plant.close(bus) }
}

/// The registers, who is connected, and what was done.
final class Plant: Sendable {
  struct Broken: Error, CustomStringConvertible { let description: String }

  private struct State {
    var registers: [String: Reading] = [:]
    var refusals: [String: ReadingError] = [:]
    var refused = 0
    var broken: Set<BusID> = []
    var open: [BusID] = []
    var connects = 0
    var writes: [String] = []
    var reads: [String: Int] = [:]
    var held: BusID?
    var isBlocked = false
    var watchers: [Int: AsyncStream<(String, [Reading])>.Continuation] = [:]
    var watches = 0
    var readMicroseconds: Int64 = 0
    var passed: Int64 = 0
  }
  private let state = Mutex(State())

  func set(_ register: String, _ reading: Reading) { state.withLock { $0.registers[register] = reading } }
  func set(_ register: String, _ value: Value) { set(register, .value(value)) }
  func refuse(_ register: String, _ error: ReadingError?) { state.withLock { $0.refusals[register] = error } }
  func breakDown(_ bus: BusID) { state.withLock { _ = $0.broken.insert(bus) } }
  func repair(_ bus: BusID) { state.withLock { _ = $0.broken.remove(bus) } }

  /// The register whose event breaks the watch.
  static let cut = "cut"

  /// Events from now on, until the task is cancelled.
  func watch() -> AsyncStream<(String, [Reading])> {
    let (stream, continuation) = AsyncStream<(String, [Reading])>.makeStream()
    let number = state.withLock { state in
      state.watches += 1
      state.watchers[state.watches] = continuation
      return state.watches
    }
    continuation.onTermination = { _ in self.state.withLock { $0.watchers[number] = nil } }
    return stream
  }
  /// Tells values of a register as events, all at once.
  func emit(_ register: String, _ readings: [Reading]) {
    let watchers = state.withLock { state in
      if let last = readings.last { state.registers[register] = last }
      return state.watchers.values
    }
    for watcher in watchers { watcher.yield((register, readings)) }
  }
  var watching: Int { state.withLock { $0.watchers.count } }
  /// How often a watch was begun.
  var watches: Int { state.withLock { $0.watches } }
  func note(_ text: String) { state.withLock { $0.writes.append(text) } }

  private let ends: (reader: Int32, writer: Int32) = {
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    return (ends[0], ends[1])
  }()

  deinit {
    Glibc.close(ends.reader)
    Glibc.close(ends.writer)
  }

  /// From now on a call to this bus blocks its thread until ``release()``.
  func hold(_ bus: BusID) { state.withLock { $0.held = bus } }
  func release() {
    state.withLock { $0.held = nil }
    _ = Glibc.write(ends.writer, "!", 1)
  }
  /// From now on each read takes so long, as far as a mapper with ``clock`` can tell.
  func slowDown(microseconds: Int64) { state.withLock { $0.readMicroseconds = microseconds } }
  /// The system's time; what is measured with it takes longer by what reads take.
  var clock: MapperClock {
    var clock = MapperClock.system
    clock.microseconds = { [self] in SystemClock.microseconds() + state.withLock { $0.passed } }
    return clock
  }
  /// Whether a call blocks.
  var isBlocked: Bool { state.withLock { $0.isBlocked } }

  private func blockIfHeld(_ bus: BusID) {
    let isHeld = state.withLock { state in
      guard state.held == bus else { return false }
      state.isBlocked = true
      return true
    }
    guard isHeld else { return }
    var byte: UInt8 = 0
    _ = Glibc.read(ends.reader, &byte, 1)
    state.withLock { $0.isBlocked = false }
  }

  /// How many writes were refused.
  var refused: Int { state.withLock { $0.refused } }
  var writes: [String] { state.withLock { $0.writes } }
  var connects: Int { state.withLock { $0.connects } }
  var open: [BusID] { state.withLock { $0.open } }
  func reads(_ device: String) -> Int { state.withLock { $0.reads[device, default: 0] } }

  func connect(_ bus: BusID) throws {
    try state.withLock { state in
      if state.broken.contains(bus) { throw Broken(description: "nobody at \(bus)") }
      state.connects += 1
      state.open.append(bus)
    }
  }
  func close(_ bus: BusID) {
    state.withLock { state in
      if let index = state.open.firstIndex(of: bus) { state.open.remove(at: index) }
    }
  }
  func read(_ register: String, of device: String, _ bus: BusID) throws -> Reading {
    blockIfHeld(bus)
    state.withLock { $0.passed += $0.readMicroseconds }
    return try readNow(register, of: device, bus)
  }
  private func readNow(_ register: String, of device: String, _ bus: BusID) throws -> Reading {
    try state.withLock { state in
      if state.broken.contains(bus) { throw Broken(description: "the line to \(bus) is cut") }
      state.reads[device, default: 0] += 1
      return state.registers[register] ?? .failure(ReadingError("illegalDataAddress", "there is no register \(register)"))
    }
  }
  func write(_ value: Value, to register: String, _ bus: BusID) throws {
    try state.withLock { state in
      if state.broken.contains(bus) { throw Broken(description: "the line to \(bus) is cut") }
      if let refusal = state.refusals[register] {
        state.refused += 1
        throw refusal
      }
      state.writes.append("\(register)=\(value.text ?? "?")")
      state.registers[register] = .value(value)
    }
  }
}
