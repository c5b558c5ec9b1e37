import Synchronization

/// A monotonic clock that a test moves, in nanoseconds.
final class TestClock: Sendable {
  private let time = Mutex<Int64>(ms(1000))

  var now: Int64 { time.withLock { $0 } }

  func advance(_ milliseconds: Int64) { time.withLock { $0 += ms(milliseconds) } }
}
