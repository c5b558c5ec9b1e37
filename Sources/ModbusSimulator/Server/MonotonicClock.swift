import Glibc

/// The machine's monotonic clock.
enum MonotonicClock {
  /// Microseconds since some moment before the process began; never goes back.
  static var microseconds: UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1_000
  }

  /// Milliseconds since 1970 by the machine's wall clock.
  static var wallMilliseconds: Int64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
  }
}
