internal import Glibc
internal import MapperSDK

/// The kernel's monotonic clock, by which it dates edges.
enum Monotonic {
  /// Now, in nanoseconds.
  static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// A time of it as the time of day, in milliseconds since 1970.
  static func timeOfDay(_ time: Int64, now: Int64 = now(), timeOfDay: Int64 = SystemClock.milliseconds()) -> Int64 {
    // Rounded to where it is nearer, also before 0.
    timeOfDay - (now - time + 500_000) / 1_000_000
  }
}
