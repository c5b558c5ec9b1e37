internal import Logging
internal import MapperSDK
internal import Synchronization

/// A bus: its thread, and the way to it for devices.
///
/// What is done on it, and when, ``BusLoop`` decides and does.
final class Bus<Driver: DeviceDriver>: Sendable {
  private struct State {
    var orders: [BusOrder<Driver>] = []
    var isStopped = false
    var statistics = BusStatistics()
  }

  let id: BusID
  let executor: BusExecutor
  private let driver: Driver
  private let config: Driver.ProtocolConfig
  private let clock: MapperClock
  private let logger: Logger
  private let events: DeviceEvents
  private let state = Mutex(State())
  private let mailbox = Mailbox()
  private let operations = Operations()
  private let counts = EventCounts()
  /// The bus of the same name before this one, which has to let go first.
  private let predecessor: Mutex<Bus?>
  private let end = Gate()

  init(
    _ id: BusID, driver: Driver, config: Driver.ProtocolConfig, after predecessor: Bus?, clock: MapperClock, logger: Logger,
    events: DeviceEvents
  ) throws(ReadingError) {
    self.id = id
    self.driver = driver
    self.config = config
    self.predecessor = Mutex(predecessor)
    self.clock = clock
    self.logger = logger
    self.events = events
    executor = try BusExecutor()
  }

  /// Has an order carried out; not when the bus is being closed.
  @discardableResult
  func submit(_ order: BusOrder<Driver>) -> Bool {
    let isTaken = state.withLock { state in
      if state.isStopped { return false }
      state.orders.append(order)
      return true
    }
    if isTaken { mailbox.signal() }
    return isTaken
  }

  /// Does something with a unit before anything else is read.
  ///
  /// A ``ReadingError`` thrown by the body is taken for what its scope says, anything else ends the connection.
  ///
  /// - Returns: What the body gave, and its place among everything that is done on the bus.
  func perform<Output: Sendable>(
    with unit: UnitID, _ body: @escaping @Sendable (Driver.Connection) async throws -> Output
  ) async -> Result<(Output, operation: UInt64), BusFailure> {
    await withCheckedContinuation { continuation in
      let job = BusJob<Driver.Connection>(unit: unit) { connection, operation in
        switch connection {
        case .failure(let failure):
          continuation.resume(returning: .failure(failure))
          return .failed(failure.error)
        case .success(let connection):
          do {
            continuation.resume(returning: .success((try await body(connection), operation)))
            return .answered
          } catch {
            let error = error as? ReadingError ?? ReadingError(.notConnected, "\(error)")
            continuation.resume(returning: .failure(BusFailure(error)))
            return .failed(error)
          }
        }
      }
      if !submit(.perform(job)) {
        continuation.resume(returning: .failure(BusFailure(ReadingError(.notConnected, "the bus \(id) is being closed"))))
      }
    }
  }

  /// How the bus does.
  var statistics: BusStatistics {
    var statistics = state.withLock { $0.statistics }
    (statistics.events, statistics.lostEvents) = counts.counts
    return statistics
  }

  /// Serves the bus until ``stop()``; to be run on ``executor``.
  func run() async {
    await predecessor.withLock({ $0.take() })?.ended()
    await withDiscardingTaskGroup { watches in
      var loop = BusLoop(
        id, driver: driver, config: config, operations: operations, counts: counts, clock: clock, logger: logger, events: events)
      while true {
        let (orders, isStopped) = state.withLock { state in
          defer { state.orders = [] }
          state.statistics = loop.statistics
          return (state.orders, state.isStopped)
        }
        for order in orders { await loop.take(order) }
        if isStopped || Task.isCancelled { break }
        if let wait = await loop.step() { await mailbox.wait(until: wait.until, clock: clock) }
        if let watch = loop.newWatch() { watches.addTask { await self.run(watch) } }
      }
      stop()
      // What was asked meanwhile is told that it is too late.
      for order in state.withLock({ $0.orders }) { await loop.take(order) }
      await loop.close()
      end.open()
    }
  }

  private func run(_ watch: BusWatch) async {
    guard let error = await watch.run() else { return }
    submit(.watchBroke(watch, error as? ReadingError ?? ReadingError(.notConnected, "\(error)")))
  }

  /// Takes nothing more and lets go of the connection.
  func stop() {
    state.withLock { $0.isStopped = true }
    mailbox.signal()
  }

  /// Returns when the connection is closed after ``stop()``.
  func ended() async { await end.wait() }
}
