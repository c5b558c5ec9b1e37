import Glibc

/// The time as edgecore sees it; tests bring their own.
package protocol EdgeClock: Sendable {
  /// Milliseconds since 1970.
  var now: Int64 { get }
  /// Milliseconds since some moment in the past; it only grows, whatever is done to ``now``. Durations are measured with it.
  var uptime: Int64 { get }
  /// Waits.
  func sleep(milliseconds: Int64) async throws
}

/// The machine's time.
package struct SystemClock: EdgeClock {
  package init() {}

  package var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return time.milliseconds
  }

  package var uptime: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.milliseconds
  }

  package func sleep(milliseconds: Int64) async throws {
    try await Task.sleep(for: .milliseconds(milliseconds))
  }
}

extension timespec {
  fileprivate var milliseconds: Int64 { Int64(tv_sec) * 1_000 + Int64(tv_nsec) / 1_000_000 }
}
