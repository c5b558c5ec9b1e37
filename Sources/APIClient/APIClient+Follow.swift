extension APIClient {
  /// Follows a collection for as long as the reader reads: lists it, watches it, and begins again, with growing
  /// pauses, whenever the server goes away or has forgotten the version.
  ///
  /// - Parameters:
  ///   - path: The collection's path.
  ///   - query: Items of the query of every list and watch, for instance `fieldSelector`.
  ///   - backoff: The pauses between tries.
  ///   - random: A number from 0 to 1 for the jitter of a pause.
  /// - Returns: What changes; it ends only when the task that reads it is cancelled.
  public func follow(
    _ path: String,
    query: [(String, String)] = [],
    backoff: Backoff = Backoff(),
    random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
  ) -> ResourceChanges {
    ResourceChanges(client: self, path: path, query: query, backoff: backoff, random: random)
  }
}

/// The changes of a collection, read by one reader; see ``APIClient/follow(_:query:backoff:random:)``.
public struct ResourceChanges: AsyncSequence, Sendable {
  let client: APIClient
  let path: String
  let query: [(String, String)]
  let backoff: Backoff
  let random: @Sendable () -> Double

  /// Reads the changes.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let changes: ResourceChanges
    var state = ListWatchState()
    var watch: (events: WatchEvents.AsyncIterator, start: ContinuousClock.Instant)?

    /// The next change; `nil` when the task is cancelled.
    public mutating func next(isolation actor: isolated (any Actor)?) async -> ResourceChange? {
      while !Task.isCancelled {
        do throws(APIError) {
          if let change = try await advance() { return change }
        } catch {
          watch = nil
          if error.code == .cancelled { return nil }
          if let change = state.failed(error) { return change }
        }
      }
      watch = nil
      return nil
    }

    /// The next change; `nil` when the task is cancelled.
    public mutating func next() async -> ResourceChange? { await next(isolation: #isolation) }

    private mutating func advance() async throws(APIError) -> ResourceChange? {
      if watch != nil {
        // The events are read in place: the optional is never empty here.
        if let event = try await watch?.events.next(isolation: #isolation) { return state.received(event) }
        if let start = watch?.start, !Task.isCancelled { state.watchEnded(after: start.duration(to: .now)) }
        watch = nil
        return nil
      }
      switch state.step {
      case .list:
        return state.listed(try await changes.client.list(changes.path, query: changes.query))
      case .watch(let version):
        let events = try await changes.client.watch(changes.path, resourceVersion: version, query: changes.query)
        watch = (events.makeAsyncIterator(), .now)
      case .wait(let failures):
        let delay = changes.backoff.delay(afterFailures: failures, jitter: changes.random())
        try? await Task.sleep(for: delay)
        state.waited()
      }
      return nil
    }
  }

  /// Reads the changes.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(changes: self) }
}
