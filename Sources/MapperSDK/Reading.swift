/// What reading one point gave.
public enum Reading: Sendable, Hashable {
  /// A value; `time` is the device's own, in milliseconds since 1970, where it tells one.
  case value(Value, time: Int64? = nil)
  /// A value that may not be what it seems, and why: after events were lost, for instance. It is reported with the quality
  /// `uncertain`.
  case uncertain(Value, time: Int64? = nil, reason: String)
  /// No value, and why.
  case failure(ReadingError)
}
