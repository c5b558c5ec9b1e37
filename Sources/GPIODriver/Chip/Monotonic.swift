internal import Glibc

/// The kernel's monotonic clock, by which it dates edges.
enum Monotonic {
  /// Now, in nanoseconds.
  static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// By how much the time of day is ahead of it, in nanoseconds.
  ///
  /// The two can't be read at once; a thread that is held up in between would be wrong by as much, so the closest of a few
  /// tries counts.
  static func ahead() -> Int64 {
    var best: (span: Int64, ahead: Int64) = (.max, 0)
    for _ in 0..<8 where best.span > 50_000 {
      let before = now()
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      let span = now() - before
      if span < best.span { best = (span, Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) - before - span / 2) }
    }
    return best.ahead
  }
}
