/// Keeps a silent unit from costing its bus more than one timeout a back-off period.
///
/// A value without a clock: times are milliseconds of a clock that never goes back, handed in.
public struct CircuitBreaker: Sendable, Hashable {
  /// The first pause after a unit was silent, in milliseconds; each further one is twice as long.
  public static let shortestPause: Int64 = 500
  /// The longest pause, in milliseconds.
  public static let longestPause: Int64 = 30_000

  /// How often in a row the unit was silent.
  public private(set) var failures = 0
  /// Why, the last time.
  public private(set) var error: ReadingError?
  /// When the unit may be tried again.
  private var retryAt = Int64.min

  /// A unit nothing is known of.
  public init() {}

  /// Whether the unit answered the last time.
  public var isClosed: Bool { failures == 0 }

  /// Whether the unit counts as dead: it was silent, and was so when it was tried again.
  public var isOpen: Bool { failures > 1 }

  /// When the unit may be tried (again); in the past while it answers.
  public var nextTry: Int64 { isClosed ? .min : retryAt }

  /// The unit answered; whether it hadn't before.
  @discardableResult
  public mutating func succeed() -> Bool {
    let wasSilent = !isClosed
    failures = 0
    error = nil
    return wasSilent
  }

  /// The unit was silent.
  ///
  /// - Parameters:
  ///   - error: How it showed.
  ///   - now: The time, in milliseconds.
  ///   - jitter: From 0 to 1: how much of a fifth of the pause is put on top, so that units don't come back at once.
  public mutating func fail(_ error: ReadingError, now: Int64, jitter: Double) {
    failures += 1
    self.error = error
    let pause = min(Self.longestPause, Self.shortestPause << Int64(min(failures - 1, 16)))
    retryAt = now + pause + Int64(Double(pause) / 5 * jitter)
  }
}
