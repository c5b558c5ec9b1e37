/// Dates edges, so that later ones never seem earlier.
struct EdgeCalendar: Sendable {
  /// What of a difference is not the time of day having been set, in nanoseconds.
  private static let tolerance: Int64 = 5_000_000

  /// By how much the time of day is ahead of the kernel's monotonic clock, in nanoseconds.
  private let ahead: @Sendable () -> Int64
  private var known: Int64?

  init(ahead: @escaping @Sendable () -> Int64 = { Monotonic.ahead() }) { self.ahead = ahead }

  /// Looks whether the time of day was set.
  mutating func update() {
    let now = ahead()
    guard let known, (now - known).magnitude <= Self.tolerance else { return known = now }
  }

  /// A time of the monotonic clock, in nanoseconds, as milliseconds since 1970.
  func timeOfDay(_ time: Int64) -> Int64 { (time + (known ?? 0)) / 1_000_000 }
}
