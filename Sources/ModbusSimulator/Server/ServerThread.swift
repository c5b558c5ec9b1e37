import Glibc

/// Runs a body on a thread of its own.
enum ServerThread {
  private final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Starts it; it isn't joined.
  ///
  /// - Throws: ``SimulatorError`` when the system has no more threads.
  static func start(_ body: @escaping @Sendable () -> Void) throws(SimulatorError) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, box.toOpaque())
    guard code == 0 else {
      box.release()
      throw SimulatorError(.noResources, at: "thread", "the system gives no thread: \(Descriptors.words(code))")
    }
    pthread_detach(thread)
  }
}
