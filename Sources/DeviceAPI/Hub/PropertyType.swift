/// The type of a property's value.
///
/// Twin values are text whatever their type; the type says which texts are allowed and when two of them are the same.
public enum PropertyType: String, CaseIterable, Sendable {
  /// A whole number of 64 bits with sign.
  case int
  /// A number of single precision.
  case float
  /// A number of double precision.
  case double
  /// Text, UTF-8.
  case string
  /// `true` or `false`.
  case boolean
  /// Bytes, written as base64.
  case bytes
  /// A stream of frames; its value is a text that says where it is.
  case stream

  /// The name in v1beta1's `spec.properties[].type`, for instance `INT`.
  public var v1beta1Name: String { rawValue.uppercased() }

  /// The name in a twin's `metadata.type`, for instance `int`.
  public var twinType: String { rawValue }

  /// The type with this name in v1beta1, for instance `INT`.
  public init?(v1beta1Name: String) {
    guard let type = Self.allCases.first(where: { $0.v1beta1Name == v1beta1Name }) else { return nil }
    self = type
  }

  /// Whether minimum, maximum and unit mean something for this type.
  public var isNumeric: Bool {
    switch self {
    case .int, .float, .double: true
    case .string, .boolean, .bytes, .stream: false
    }
  }
}
