/// The type of a property's value, as DeviceModels name it.
public enum ValueType: String, Sendable, Hashable, CaseIterable {
  /// A 64-bit integer.
  case int
  /// A 32-bit floating-point number.
  case float
  /// A 64-bit floating-point number.
  case double
  /// Text.
  case string
  /// `true` or `false`.
  case boolean
  /// Bytes, base64 (RFC 4648) as text.
  case bytes

  /// Whether minimum and maximum mean something.
  public var isNumeric: Bool { self == .int || self == .float || self == .double }
}
