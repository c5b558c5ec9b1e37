internal import MapperSDK

/// Time, injected.
package struct MapperClock: Sendable {
  /// The time of day, in milliseconds since 1970.
  package var now: @Sendable () -> Int64
  /// A clock that never goes back, in milliseconds.
  package var uptime: @Sendable () -> Int64
  /// A clock that never goes back, in microseconds, to measure how long things take.
  package var microseconds: @Sendable () -> Int64
  /// Waits until a time of ``uptime``; returns early when the task is cancelled.
  package var sleep: @Sendable (_ until: Int64) async -> Void

  /// The system's time.
  package static let system = MapperClock(
    now: { SystemClock.milliseconds() },
    uptime: { SystemClock.uptime() },
    microseconds: { SystemClock.microseconds() },
    sleep: { deadline in
      let rest = deadline - SystemClock.uptime()
      if rest > 0 { try? await Task.sleep(for: .milliseconds(rest)) }
    }
  )
}
