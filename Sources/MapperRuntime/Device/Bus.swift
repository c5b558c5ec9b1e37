internal import Logging
internal import MapperSDK
internal import Synchronization

/// A bus: its thread, its connection, and the queue of what devices want of it.
///
/// One thing is done at a time. While the bus can't be connected, everything fails at once until the next attempt is
/// due, so that a dead bus costs its devices at most one timeout a back-off period.
final class Bus<Driver: DeviceDriver>: Sendable {
  private struct Job: Sendable {
    /// Does the work, or tells its waiter why it can't be done; the answer is what broke the connection, if something did.
    let run: @Sendable (Result<Driver.Connection, BusFailure>) async -> BusFailure?
  }

  static var shortestPause: Int64 { 200 }
  static var longestPause: Int64 { 10_000 }

  let id: BusID
  let executor: BusExecutor
  private let driver: Driver
  private let config: Driver.ProtocolConfig
  private let clock: MapperClock
  private let logger: Logger
  private let queue = BusQueue<Job>()
  /// The bus of the same name before this one, which has to let go first.
  private let predecessor: Mutex<Bus?>
  private let end = Gate()

  init(
    _ id: BusID, driver: Driver, config: Driver.ProtocolConfig, after predecessor: Bus?, clock: MapperClock, logger: Logger
  ) throws(ReadingError) {
    self.id = id
    self.driver = driver
    self.config = config
    self.predecessor = Mutex(predecessor)
    self.clock = clock
    self.logger = logger
    executor = try BusExecutor()
  }

  /// Does something with the connection, after what is queued before it; urgent things overtake others.
  ///
  /// A ``ReadingError`` thrown by the body leaves the connection as it is, anything else ends it.
  func perform<Output: Sendable>(
    urgently isUrgent: Bool, _ body: @escaping @Sendable (Driver.Connection) async throws -> Output
  ) async -> Result<Output, BusFailure> {
    await withCheckedContinuation { continuation in
      let job = Job { connection in
        switch connection {
        case .failure(let failure):
          continuation.resume(returning: .failure(failure))
          return nil
        case .success(let connection):
          do {
            continuation.resume(returning: .success(try await body(connection)))
            return nil
          } catch let error as ReadingError {
            let failure = BusFailure(error)
            continuation.resume(returning: .failure(failure))
            return error.code == .notConnected ? failure : nil
          } catch {
            let failure = BusFailure(ReadingError(.notConnected, "\(error)"))
            continuation.resume(returning: .failure(failure))
            return failure
          }
        }
      }
      if !queue.push(job, isUrgent: isUrgent) {
        continuation.resume(returning: .failure(BusFailure(ReadingError(.notConnected, "the bus \(id) is being closed"))))
      }
    }
  }

  /// Serves the queue until ``stop()``; to be run on ``executor``.
  func run() async {
    await predecessor.withLock({ $0.take() })?.ended()
    var connection: Driver.Connection?
    var failure: BusFailure?
    var pause = Self.shortestPause
    var retry = Int64.min
    while let job = await queue.next() {
      if connection == nil, clock.uptime() >= retry {
        do {
          connection = try await driver.connect(to: id, config: config, logger: logger)
          if failure != nil { logger.info("connected again") }
          failure = nil
          pause = Self.shortestPause
        } catch {
          let problem = BusFailure(ReadingError(.notConnected, "\(error)"))
          if failure?.error != problem.error { logger.warning("can't connect: \(error)") }
          failure = problem
          retry = clock.uptime() + pause
          pause = min(pause * 2, Self.longestPause)
        }
      }
      guard let open = connection else {
        _ = await job.run(.failure(failure ?? BusFailure(ReadingError(.notConnected, "not connected"))))
        continue
      }
      if let problem = await job.run(.success(open)) {
        await open.close()
        connection = nil
        failure = problem
        // A connection that breaks at once each time must not be made anew without a pause.
        retry = clock.uptime() + pause
        pause = min(pause * 2, Self.longestPause)
      }
    }
    await connection?.close()
    end.open()
  }

  /// Takes nothing more; what is queued is still done.
  func stop() { queue.finish() }

  /// Returns when the connection is closed after ``stop()``.
  func ended() async { await end.wait() }
}
