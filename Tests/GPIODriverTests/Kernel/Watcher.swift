import Logging
import MapperSDK
import Synchronization
import TestSupport

@testable import GPIODriver

/// A connection as a mapper has it, and what it tells.
final class Watcher: Sendable {
  struct Event: Sendable {
    var point: Int
    var value: Value?
    var time: Int64?
    var doubt: String?
  }

  let connection: GPIOConnection
  private let executor: BusExecutor
  private let state = Mutex((events: [Event](), lost: 0))
  private let task = Mutex<Task<Void, any Error>?>(nil)

  init(_ chip: String?, driver: GPIODriver = GPIODriver()) async throws {
    let config = GPIOConfig(chip: chip)
    connection = try await driver.connect(
      to: driver.bus(of: DeviceName(namespace: "default", name: "panel"), config: config), config: config, logger: Logger(label: "test"))
    executor = try BusExecutor()
  }

  var events: [Event] { state.withLock { $0.events } }
  var lost: Int { state.withLock { $0.lost } }

  /// Begins to watch, and waits until it does; a later time its lines are taken already.
  func start(_ points: [GPIOPoint]) async throws {
    let sink = EventSink { [weak self] events in
      self?.state.withLock { $0.events += events.map(Self.event) }
    } lose: { [weak self] count, _ in
      self?.state.withLock { $0.lost += count }
    }
    task.withLock { $0 = Task(executorPreference: executor) { [connection] in try await connection.watch(points, sink) } }
    try await eventually("it watches") { connection.isWatching }
  }

  /// Ends the watch; what broke it is thrown.
  func stop() async throws {
    let task = task.withLock { task in
      defer { task = nil }
      return task
    }
    task?.cancel()
    try await task?.value
  }

  /// What breaks the watch by itself.
  func ends() async throws { try await task.withLock { $0 }?.value }

  @discardableResult
  func waits(for count: Int) async throws -> [Event] {
    try await eventually("\(count) events", observing: { events }, until: { $0.count >= count })
  }

  func close() async throws {
    try await stop()
    await connection.close()
  }

  /// What a point is.
  func read(_ point: GPIOPoint) async throws -> Reading {
    guard let reading = try await connection.read([point]).first else { throw TestSupportError("nothing was read") }
    return reading
  }

  private static func event(_ event: PointEvent) -> Event {
    switch event.reading {
    case .value(let value, let time): Event(point: event.point, value: value, time: time)
    case .uncertain(let value, let time, let reason): Event(point: event.point, value: value, time: time, doubt: reason)
    case .failure: Event(point: event.point)
    }
  }
}
