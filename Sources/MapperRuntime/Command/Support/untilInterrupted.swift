internal import Glibc
internal import UnixSignals

/// Does something until it is done or the process is told to end by Ctrl-C or SIGTERM; then the task is cancelled, and what it
/// has by then is taken.
///
/// - Parameter patience: After how long the process ends with 1 when the task goes on regardless; a call that blocks can't be
///   interrupted.
package func untilInterrupted<Output: Sendable>(
  patience: Duration = .seconds(2), _ body: @escaping @Sendable () async throws -> Output
) async throws -> Output {
  try await withThrowingTaskGroup(of: Output?.self) { group in
    group.addTask { try await body() }
    group.addTask {
      for await _ in await UnixSignalsSequence(trapping: [.sigterm, .sigint]) { return nil }
      return nil
    }
    guard let first = try await group.next() else { throw CancellationError() }
    group.cancelAll()
    if let output = first { return output }
    group.addTask {
      try await Task.sleep(for: patience)
      Glibc.exit(1)
    }
    guard let second = try await group.next(), let output = second else { throw CancellationError() }
    group.cancelAll()
    return output
  }
}

/// Waits until the process is told to end by Ctrl-C or SIGTERM.
package func untilToldToEnd() async {
  for await _ in await UnixSignalsSequence(trapping: [.sigterm, .sigint]) { return }
}
