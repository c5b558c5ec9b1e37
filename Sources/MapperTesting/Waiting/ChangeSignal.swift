internal import Synchronization

/// Wakes whoever waits for a state to change.
final class ChangeSignal: Sendable {
  private struct State {
    var version: UInt64 = 0
    var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    var nextWaiter: UInt64 = 0
  }

  private let state = Mutex(State())

  /// Told after every change.
  func changed() {
    let waiters = state.withLock { state in
      state.version += 1
      defer { state.waiters = [:] }
      return state.waiters.values
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Waits until an observation is what is wanted, or cancelled, or too late.
  ///
  /// - Returns: What was wanted, though it may have passed since, or what was observed last.
  func wait<Value: Sendable>(
    within duration: Duration, observe: @escaping @Sendable () -> Value, until isWanted: @escaping @Sendable (Value) -> Bool
  ) async -> (Value, isMet: Bool) {
    let wanted = await withTaskGroup(of: Value?.self) { group in
      group.addTask {
        while !Task.isCancelled {
          // Asked for before looking: what changes meanwhile wakes.
          let version = self.state.withLock { $0.version }
          let value = observe()
          if isWanted(value) { return value }
          await self.wait(after: version)
        }
        return nil
      }
      group.addTask {
        try? await Task.sleep(for: duration)
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
    if let wanted { return (wanted, true) }
    let value = observe()
    return (value, isWanted(value))
  }

  private func wait(after version: UInt64) async {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDue = state.withLock { state in
          guard state.version == version, !Task.isCancelled else { return true }
          state.waiters[id] = continuation
          return false
        }
        if isDue { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
  }
}
