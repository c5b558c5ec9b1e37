internal import Glibc

/// The system's clocks in milliseconds.
public enum SystemClock {
  /// The time of day, in milliseconds since 1970; may be set back and forth.
  @Sendable public static func milliseconds() -> Int64 { read(CLOCK_REALTIME) }

  /// The time since the system started, in milliseconds; never goes back.
  @Sendable public static func uptime() -> Int64 { read(CLOCK_MONOTONIC) }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
