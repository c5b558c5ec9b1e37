import Glibc
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
  }
  typealias ProtocolConfig = Config

  static let protocolName = "fake"
  static let schema = DriverSchema(
    protocolConfig: [
      .init("bus", .string, doc: "the bus"), .init("unit", .integer(1...247), default: 1, doc: "the unit"),
    ], visitor: [.init("register", .string, isRequired: true, doc: "the register")])

  let plant = Plant()

  func bus(of device: DeviceName, config: Config) -> BusID { BusID(config.bus ?? "bus") }

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
  func close() async { plant.close(bus) }
}

/// The registers, who is connected, and what was done.
final class Plant: Sendable {
  struct Broken: Error, CustomStringConvertible { let description: String }

  private struct State {
    var registers: [String: Reading] = [:]
    var refusals: [String: ReadingError] = [:]
    var broken: Set<BusID> = []
    var open: [BusID] = []
    var connects = 0
    var writes: [String] = []
    var reads: [String: Int] = [:]
    var held: BusID?
    var isBlocked = false
    var readMicroseconds: UInt32 = 0
  }
  private let state = Mutex(State())

  func set(_ register: String, _ reading: Reading) { state.withLock { $0.registers[register] = reading } }
  func set(_ register: String, _ value: Value) { set(register, .value(value)) }
  func refuse(_ register: String, _ error: ReadingError?) { state.withLock { $0.refusals[register] = error } }
  func breakDown(_ bus: BusID) { state.withLock { _ = $0.broken.insert(bus) } }
  func repair(_ bus: BusID) { state.withLock { _ = $0.broken.remove(bus) } }

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
  /// From now on each read takes so long.
  func slowDown(microseconds: UInt32) { state.withLock { $0.readMicroseconds = microseconds } }
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
    let time = state.withLock { $0.readMicroseconds }
    if time > 0 { usleep(time) }
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
      if let refusal = state.refusals[register] { throw refusal }
      state.writes.append("\(register)=\(value.text ?? "?")")
      state.registers[register] = .value(value)
    }
  }
}
