package import ServiceLifecycle

/// A service that runs on a thread.
package struct ThreadService<Base: Service>: Service {
  let base: Base
  let thread: WorkThread

  package func run() async throws {
    try await withTaskExecutorPreference(thread) { try await base.run() }
  }
}

extension Service {
  /// The service, on a thread.
  package func on(_ thread: WorkThread) -> ThreadService<Self> { ThreadService(base: self, thread: thread) }
}
