import JSON

/// What a number in `collectCycle` and `reportCycle` of v1alpha2 counts.
///
/// Mappers up to framework 1.17 took it for nanoseconds, later ones for milliseconds, and the CRD names no unit.
enum CycleUnit: Hashable {
  /// Milliseconds below ``threshold``, else nanoseconds.
  case guessed
  case milliseconds
  case nanoseconds

  /// The annotation that settles it for one object: `ms` or `ns`.
  static let annotation = "devices.kubeedge.io/cycle-unit"

  /// From here on a number is taken for nanoseconds: 0.1 s of them, but 27.8 hours of milliseconds.
  static let threshold: Int64 = 100_000_000

  /// The longest cycle there may be, in milliseconds: a leap year.
  static let longest: Int64 = 31_622_400_000

  private static let nanosecondsPerMillisecond: Int64 = 1_000_000

  init(of object: JSONValue) {
    self =
      switch object.annotation(Self.annotation) {
      case "ms": .milliseconds
      case "ns": .nanoseconds
      default: .guessed
      }
  }

  func isNanoseconds(_ cycle: Int64) -> Bool {
    switch self {
    case .guessed: cycle >= Self.threshold
    case .milliseconds: false
    case .nanoseconds: true
    }
  }

  /// The cycle in milliseconds; a positive one never becomes 0.
  func milliseconds(_ cycle: Int64) -> Int64 {
    guard isNanoseconds(cycle) else { return cycle }
    let value = cycle / Self.nanosecondsPerMillisecond
    return value == 0 && cycle > 0 ? 1 : value
  }

  /// A cycle in milliseconds as v1alpha2 writes it.
  func cycle(milliseconds: Int64) -> Int64 {
    guard self == .nanoseconds else { return milliseconds }
    let (value, overflow) = milliseconds.multipliedReportingOverflow(by: Self.nanosecondsPerMillisecond)
    return overflow ? .max : value
  }
}
