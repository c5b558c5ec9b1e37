/// An object that can't be understood, with the field that is to blame.
public struct DeviceAPIError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What sort of problem this is; more may be added.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The code as text.
    public let rawValue: String
    /// A code from its text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// `apiVersion` is missing or none of this group's.
    public static let unknownVersion = Code(rawValue: "unknownVersion")
    /// `kind` is missing, or not the one that was asked for.
    public static let unknownKind = Code(rawValue: "unknownKind")
    /// A field is missing, has the wrong type, or a value that means nothing.
    public static let invalidField = Code(rawValue: "invalidField")
    /// The kind doesn't exist in the version it should be converted to.
    public static let notConvertible = Code(rawValue: "notConvertible")
  }

  /// What sort of problem this is.
  public let code: Code
  /// The field, for instance `spec.properties[2].type`.
  public let path: String
  /// What is wrong with it, as a sentence without its end.
  public let problem: String

  /// An error about one field.
  public init(code: Code, path: String, problem: String) {
    self.code = code
    self.path = path
    self.problem = problem
  }

  /// The field and what is wrong with it.
  public var description: String { "\(path): \(problem)" }
}
