internal import Synchronization

/// What waits for a bus: urgent jobs before others, each in the order they came.
final class BusQueue<Job: Sendable>: Sendable {
  private struct State {
    var urgent: [Job] = []
    var normal: [Job] = []
    var isFinished = false
    var waiter: CheckedContinuation<Job?, Never>?
  }

  private let state = Mutex(State())

  /// Whether the job was taken; not when the queue is finished.
  func push(_ job: Job, isUrgent: Bool) -> Bool {
    let (isTaken, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Job?, Never>?) in
      if state.isFinished { return (false, nil) }
      if let waiter = state.waiter.take() { return (true, waiter) }
      if isUrgent { state.urgent.append(job) } else { state.normal.append(job) }
      return (true, nil)
    }
    waiter?.resume(returning: job)
    return isTaken
  }

  /// The next job; `nil` when the queue is finished and empty.
  func next() async -> Job? {
    await withCheckedContinuation { continuation in
      let (job, isDone) = state.withLock { state -> (Job?, Bool) in
        if !state.urgent.isEmpty { return (state.urgent.removeFirst(), true) }
        if !state.normal.isEmpty { return (state.normal.removeFirst(), true) }
        if state.isFinished { return (nil, true) }
        state.waiter = continuation
        return (nil, false)
      }
      if isDone { continuation.resume(returning: job) }
    }
  }

  func finish() {
    let waiter = state.withLock { state in
      state.isFinished = true
      return state.waiter.take()
    }
    waiter?.resume(returning: nil)
  }
}
