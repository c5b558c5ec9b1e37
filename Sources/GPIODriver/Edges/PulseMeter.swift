/// Counts pulses, and how often they come.
///
/// A value without a clock: times are nanoseconds of the kernel's monotonic clock, handed in.
struct PulseMeter: Sendable, Hashable {
  /// The most pulses a frequency is taken from.
  private static let limit = 65_536

  /// How far back a frequency is taken from, in nanoseconds; `nil`: pulses are only counted.
  private let window: Int64?
  /// Pulses since the beginning, or since the count was set.
  private(set) var count: Int64 = 0
  private var times: [Int64] = []

  /// No pulse yet.
  init(window: Int64?) { self.window = window }

  /// Takes a pulse.
  mutating func add(at time: Int64) {
    count += 1
    guard let window else { return }
    times.append(time)
    if times.count > Self.limit || times[0] < time - 2 * window { times.removeAll { $0 < time - window } }
    // Half at a time, so that each pulse costs little.
    if times.count > Self.limit { times.removeFirst(Self.limit / 2) }
  }

  /// Sets the count.
  mutating func set(_ count: Int64) { self.count = count }

  /// Pulses a second.
  func frequency(now: Int64) -> Double {
    guard let window, let start = times.firstIndex(where: { $0 > now - window }) else { return 0 }
    let recent = times[start...]
    guard recent.count > 1, let first = recent.first, let last = recent.last, last > first else { return 0 }
    return Double(recent.count - 1) * 1e9 / Double(last - first)
  }
}
