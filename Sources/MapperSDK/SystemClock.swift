internal import Glibc

/// The system's clocks in milliseconds.
public enum SystemClock {
  /// The time of day, in milliseconds since 1970; may be set back and forth.
  @Sendable public static func milliseconds() -> Int64 { read(CLOCK_REALTIME) }

  /// The time since the system started, in milliseconds; never goes back.
  @Sendable public static func uptime() -> Int64 { read(CLOCK_MONOTONIC) }

  /// The time since the system started, in microseconds; never goes back.
  @Sendable public static func microseconds() -> Int64 {
    let time = time(of: CLOCK_MONOTONIC)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }

  private static func read(_ clock: clockid_t) -> Int64 {
    let time = time(of: clock)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  private static func time(of clock: clockid_t) -> timespec {
    var time = timespec()
    clock_gettime(clock, &time)
    return time
  }
}
