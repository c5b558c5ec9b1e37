internal import Synchronization

/// Lets one waiter sleep until something happens, or until a time.
final class Mailbox: Sendable {
  private struct State {
    var isSignalled = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// Wakes the waiter, or the next one.
  func signal() {
    let waiter = state.withLock { state in
      if state.waiter == nil { state.isSignalled = true }
      return state.waiter.take()
    }
    waiter?.resume()
  }

  /// Returns when signalled (since the last wait), or cancelled.
  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDone = state.withLock { state in
          if state.isSignalled || Task.isCancelled {
            state.isSignalled = false
            return true
          }
          state.waiter = continuation
          return false
        }
        if isDone { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiter.take() }?.resume()
    }
  }

  /// Returns when signalled, when the time has come, or when cancelled.
  func wait(until deadline: Int64?, clock: MapperClock) async {
    guard let deadline else { return await wait() }
    guard deadline > clock.uptime() else { return }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.wait() }
      group.addTask { await clock.sleep(deadline) }
      await group.next()
      group.cancelAll()
    }
  }
}
