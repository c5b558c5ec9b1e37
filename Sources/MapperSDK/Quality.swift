/// How far a value can be trusted.
public enum Quality: String, Sendable, Hashable {
  /// The device said so.
  case good
  /// The value may be outdated or inexact.
  case uncertain
  /// The value is an old one: reading the device failed.
  case bad
}
