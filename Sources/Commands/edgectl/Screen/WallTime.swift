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
    let parts = local
    return "\(Self.two(parts.tm_hour)):\(Self.two(parts.tm_min)):\(Self.two(parts.tm_sec))"
  }

  /// `2026-11-23 14:03:59.042` in the local time zone.
  var dateAndClock: String {
    let parts = local
    let thousandths = String(1_000 + (milliseconds % 1_000 + 1_000) % 1_000).dropFirst()
    return "\(parts.tm_year + 1_900)-\(Self.two(parts.tm_mon + 1))-\(Self.two(parts.tm_mday)) \(clock).\(thousandths)"
  }

  private var local: tm {
    var seconds = time_t((Double(milliseconds) / 1_000).rounded(.down))
    var parts = tm()
    localtime_r(&seconds, &parts)
    return parts
  }

  private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
