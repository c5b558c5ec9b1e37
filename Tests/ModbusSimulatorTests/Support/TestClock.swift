import Synchronization

/// A clock that a test sets.
final class TestClock: Sendable {
  private let now = Mutex<Double>(0)

  var seconds: Double {
    get { now.withLock { $0 } }
    set { now.withLock { $0 = newValue } }
  }
}
