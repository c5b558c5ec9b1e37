/// What reading one point gave.
public enum Reading: Sendable, Hashable {
  /// A value; `time` is the device's own, in milliseconds since 1970, where it tells one.
  case value(Value, time: Int64? = nil)
  /// No value, and why.
  case failure(ReadingError)
}
