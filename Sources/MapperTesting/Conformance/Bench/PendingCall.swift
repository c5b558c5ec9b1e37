internal import MapperSDK

/// A call of a driver that goes on.
struct PendingCall<Output: Sendable>: Sendable {
  private let task: Task<Void, Never>
  private let promise: Promise<Result<Output, any Error>>
  /// Fulfilled when the call begins.
  let began: Promise<Void>

  /// Begins a call on a bus's thread, as the framework does.
  init(on executor: BusExecutor, _ body: @escaping @Sendable () async throws -> Output) {
    let promise = Promise<Result<Output, any Error>>()
    let began = Promise<Void>()
    self.promise = promise
    self.began = began
    // Not a child of who asks: a driver's call that never ends would never let its check end, which has to say so. What is
    // left of it then is one waiting thread.
    task = Task(executorPreference: executor) {
      began.fulfil(())
      do {
        promise.fulfil(.success(try await body()))
      } catch {
        promise.fulfil(.failure(error))
      }
    }
  }

  /// What became of it; `nil` when it goes on beyond a time.
  func result(within duration: Duration) async -> Result<Output, any Error>? { await promise.value(within: duration) }

  /// Whether it ended.
  var isOver: Bool { promise.current != nil }

  /// Asks it to end.
  func cancel() { task.cancel() }
}
