/// What became of a check that didn't fail.
public enum ConformanceOutcome: Sendable, Hashable {
  /// The driver does it.
  case passed
  /// The check doesn't apply to it, and why.
  case exempted(reason: String)
}
