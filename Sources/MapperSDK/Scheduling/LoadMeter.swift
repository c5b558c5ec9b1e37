/// How much of a bus' time is used, and by how much cycles have to be stretched so that it fits.
///
/// A value without a clock: times are handed in.
struct LoadMeter: Sendable, Hashable {
  /// How long is measured before cycles are stretched or let go, in milliseconds.
  static let window: Int64 = 5000
  /// Beyond this share of the bus' time a plan can't be met; what is over is what answers take longer than expected.
  static let limit = 0.97
  /// The share that stretched cycles are to fill.
  static let target = 0.95

  /// By how much cycles are stretched; 1 when the plan can be met.
  private(set) var stretch = 1.0
  /// The share of the bus' time that was used in the last window.
  private(set) var utilisation = 0.0

  /// The share that was used for something useful in the last window.
  private(set) var usefulUtilisation = 0.0

  private var start: Int64
  private var served = 0.0
  private var busy = 0.0
  private var missed = 0
  /// By how much the timetable was brought forward in this window, in milliseconds.
  private var advanced: Int64 = 0

  init(now: Int64) { start = now }

  /// Deadlines passed over.
  mutating func miss(_ count: Int) { missed += count }

  /// The bus was used so many microseconds; for something useful, or waiting for a unit that was silent.
  mutating func use(_ microseconds: Int64, usefully: Bool) {
    busy += Double(microseconds)
    if usefully { served += Double(microseconds) }
  }

  /// Whether a stretched timetable may be brought forward by so many milliseconds: not so far that something would be read
  /// more often than it is asked for.
  mutating func advance(by time: Int64, now: Int64) -> Bool {
    guard stretch > 1, Double(advanced + time) <= (stretch - 1) * Double(now - start + time) else { return false }
    advanced += time
    return true
  }

  /// Whether the window is over.
  func isOver(_ now: Int64) -> Bool { now - start >= Self.window }

  /// Ends the window if it is over; whether cycles have to be stretched otherwise than before.
  ///
  /// - Parameter need: The share of the bus' time that the plan asks for, as it stands without stretching.
  mutating func update(now: Int64, need: Double) -> Bool {
    guard isOver(now) else { return false }
    let length = Double(now - start) * 1000
    utilisation = min(busy / length, 1)
    usefulUtilisation = min(served / length, 1)
    // What silent units waste isn't there for the others.
    let capacity = max(0.1, 1 - max(0, busy - served) / length)
    let wasMissed = missed > 0
    start = now
    served = 0
    busy = 0
    missed = 0
    advanced = 0
    var wanted = need > Self.limit * capacity ? (need / (Self.target * capacity) * 100).rounded(.up) / 100 : 1
    // An estimate alone is no reason to begin.
    if stretch == 1, !wasMissed { wanted = 1 }
    guard wanted != stretch, wanted > stretch * 1.05 || wanted < stretch * 0.95 else { return false }
    stretch = wanted
    return true
  }
}
