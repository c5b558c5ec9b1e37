/// Something that a test waited for didn't happen in time.
public struct WaitTimeout: Error, Hashable, CustomStringConvertible {
  /// What was waited for.
  public let expectation: String
  /// How long.
  public let duration: Duration
  /// What there was when the time was over.
  public let seen: String

  /// A wait that was in vain.
  public init(expectation: String, duration: Duration, seen: String) {
    self.expectation = expectation
    self.duration = duration
    self.seen = seen
  }

  /// A sentence.
  public var description: String { "\(expectation) didn't happen within \(duration); last seen: \(seen)" }
}
