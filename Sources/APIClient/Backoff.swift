/// How long to wait before the next try: twice as long after every failure, up to a limit.
public struct Backoff: Sendable, Hashable {
  /// The wait after the first failure.
  public var first: Duration
  /// The longest wait.
  public var longest: Duration

  /// A back-off.
  public init(first: Duration = .milliseconds(200), longest: Duration = .seconds(5)) {
    self.first = first
    self.longest = longest
  }

  /// The wait after the `failures`th failure in a row, counted from 1.
  ///
  /// - Parameter jitter: From 0 to 1: where between half and the whole wait it ends, so that many clients of a server
  ///   that came back don't ask it all at once.
  public func delay(afterFailures failures: Int, jitter: Double) -> Duration {
    var delay = first
    for _ in 1..<max(2, failures) where failures > 1 && delay < longest { delay = delay * 2 }
    delay = min(delay, longest)
    return delay / 2 + delay / 2 * min(max(jitter, 0), 1)
  }
}
