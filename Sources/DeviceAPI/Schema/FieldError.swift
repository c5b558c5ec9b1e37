/// One thing that is wrong with one field of an object.
public struct FieldError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What sort of problem this is, in the words Kubernetes uses for the causes of a `Status`; more may be added.
  public struct Kind: RawRepresentable, Hashable, Sendable {
    /// The kind as text, for instance `FieldValueInvalid`.
    public let rawValue: String
    /// A kind from its text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The schema has no such field.
    public static let unknownField = Kind(rawValue: "UnknownField")
    /// The value has another type than the field.
    public static let typeInvalid = Kind(rawValue: "FieldValueTypeInvalid")
    /// The field has to be there.
    public static let required = Kind(rawValue: "FieldValueRequired")
    /// The value is none of those the field allows.
    public static let notSupported = Kind(rawValue: "FieldValueNotSupported")
    /// The value is malformed or out of range.
    public static let invalid = Kind(rawValue: "FieldValueInvalid")
    /// The value is there twice where it may be once.
    public static let duplicate = Kind(rawValue: "FieldValueDuplicate")
    /// The value is longer than allowed.
    public static let tooLong = Kind(rawValue: "FieldValueTooLong")
    /// There are more elements or members than allowed.
    public static let tooMany = Kind(rawValue: "FieldValueTooMany")
    /// The value must not be set here.
    public static let forbidden = Kind(rawValue: "FieldValueForbidden")
    /// The value names something that doesn't exist.
    public static let notFound = Kind(rawValue: "FieldValueNotFound")
  }

  /// The field, for instance `spec.properties[2].type`; empty for the object itself.
  public let path: String
  /// What sort of problem this is.
  public let kind: Kind
  /// The value that is wrong, as JSON text, shortened.
  public let value: String?
  /// What is wrong with it, as a sentence without its end.
  public let detail: String

  /// Whether the value has the field's type, and only not its format: Kubernetes calls both the same.
  public internal(set) var isFormat = false

  /// A problem with a field.
  public init(path: String, kind: Kind, value: String? = nil, detail: String) {
    self.path = path
    self.kind = kind
    self.value = value
    self.detail = detail
  }

  /// The field and what is wrong with it.
  public var description: String { path.isEmpty ? detail : "\(path): \(detail)" }
}
