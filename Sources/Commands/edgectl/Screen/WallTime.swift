import Glibc

/// A moment, in milliseconds since 1970.
struct WallTime: Sendable, Hashable, Comparable {
  var milliseconds: Int64

  /// The moment it is.
  static var now: WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  static func < (left: WallTime, right: WallTime) -> Bool { left.milliseconds < right.milliseconds }

  /// `14:03:59` in the local time zone.
  var clock: String {
    var seconds = time_t(milliseconds / 1000)
    var parts = tm()
    localtime_r(&seconds, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
  }
}
