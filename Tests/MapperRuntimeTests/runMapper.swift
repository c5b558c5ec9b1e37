import Logging
import ServiceLifecycle
import TestSupport

/// Runs a mapper, and what is around it, while a body runs; shuts the mapper down after.
///
/// - Parameters:
///   - core: What mappers report to; runs until it is cancelled.
///   - log: What the mapper logged, for the message of a failure.
func runMapper(
  _ mapper: some Service, beside core: @escaping @Sendable () async -> Void, logger: Logger, log: LogLines? = nil,
  _ body: (ServiceGroup) async throws -> Void
) async throws {
  var quiet = logger
  quiet.logLevel = .critical
  let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [mapper], logger: quiet))
  try await withThrowingTaskGroup(of: Void.self) { tasks in
    tasks.addTask {
      await core()
      await untilCancelled()
    }
    tasks.addTask { try await group.run() }
    do {
      try await body(group)
    } catch {
      tasks.cancelAll()
      throw log.map { TestSupportError("\(error)\n\($0.lines.suffix(100).joined(separator: "\n"))") } ?? error
    }
    await group.triggerGracefulShutdown()
    try await tasks.next()
    tasks.cancelAll()
  }
}
