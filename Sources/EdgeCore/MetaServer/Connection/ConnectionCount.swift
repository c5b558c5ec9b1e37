import Synchronization

/// How many connections there are.
final class ConnectionCount: Sendable {
  private let count = Mutex(0)

  /// One more, which has to ``leave()`` in any case.
  ///
  /// - Returns: How many there are with it.
  func enter() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }

  func leave() { count.withLock { $0 -= 1 } }
}
