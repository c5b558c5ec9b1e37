internal import MapperSDK

/// One run of a connection's ``DeviceConnection/watch(_:_:)``: ended before the connection is, and before the next run.
final class BusWatch: Sendable {
  /// How long a driver may take to end, in milliseconds, before it is left behind.
  static let patience: Int64 = 2000

  private let body: @Sendable () async throws -> Void
  private let executor: BusExecutor
  private let told = Gate()
  private let ended = Gate()

  /// A run.
  ///
  /// - Parameters:
  ///   - executor: The thread it may block.
  ///   - body: The driver's call.
  init(on executor: BusExecutor, _ body: @escaping @Sendable () async throws -> Void) {
    self.executor = executor
    self.body = body
  }

  /// Runs until the driver returns, or ``end(_:)``.
  ///
  /// - Returns: What broke it, if something did before it was told to end.
  func run() async -> (any Error)? {
    defer { ended.open() }
    return await withTaskGroup(of: Result<Void, any Error>?.self) { group in
      group.addTask(executorPreference: executor) { [body] in
        do {
          return .success(try await body())
        } catch {
          return .failure(error)
        }
      }
      group.addTask { [told] in
        await told.wait()
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      told.open()
      if case .failure(let error) = first { return error }
      return nil
    }
  }

  /// Has it end; whether it did so in time.
  func end(_ clock: MapperClock) async -> Bool {
    told.open()
    let deadline = clock.uptime() + Self.patience
    return await withTaskGroup(of: Bool.self) { group in
      group.addTask { [ended] in
        await ended.wait()
        return true
      }
      group.addTask { [ended] in
        await clock.sleep(deadline)
        defer { ended.open() }
        return Task.isCancelled
      }
      let isInTime = await group.next() ?? true
      group.cancelAll()
      return isInTime
    }
  }
}
