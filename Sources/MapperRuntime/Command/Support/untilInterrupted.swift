internal import Glibc
internal import UnixSignals

/// Does something until it is done or the process is told to end by Ctrl-C or SIGTERM; then the task is cancelled, and what it
/// has by then is taken.
///
/// - Parameter patience: After how long the process ends with 1 when the task goes on regardless; a call that blocks can't be
///   interrupted.
package func untilInterrupted<Output: Sendable>(
  patience: Duration = .seconds(5), _ body: @escaping @Sendable () async throws -> Output
) async throws -> Output {
  let told = Gate()
  // Heeded from before anything begins.
  let signals = await UnixSignalsSequence(trapping: [.sigterm, .sigint])
  return try await withThrowingTaskGroup(of: Output?.self) { group in
    group.addTask {
      for await _ in signals {
        told.open()
        try await Task.sleep(for: patience)
        Glibc.exit(1)
      }
      return nil
    }
    // Cancelled by itself: who counts the time mustn't be.
    group.addTask { try await cancelling(body, when: told) }
    while let result = try await group.next() {
      guard let output = result else { continue }
      group.cancelAll()
      return output
    }
    throw CancellationError()
  }
}

/// Does something, and cancels it when a gate opens.
private func cancelling<Output: Sendable>(
  _ body: @escaping @Sendable () async throws -> Output, when told: Gate
) async throws -> Output? {
  try await withThrowingTaskGroup(of: Output?.self) { group in
    defer { told.open() }
    group.addTask { try await body() }
    group.addTask {
      await told.wait()
      return nil
    }
    if let output = try await group.next() ?? nil { return output }
    group.cancelAll()
    return try await group.next() ?? nil
  }
}

/// Says something, and waits until the process is told to end by Ctrl-C or SIGTERM, which may be at once.
package func untilToldToEnd(saying text: String) async {
  let signals = await UnixSignalsSequence(trapping: [.sigterm, .sigint])
  Console.write(text)
  for await _ in signals { return }
}
