/// Why a value can't be read, converted or written.
public struct ValueError: Error, Hashable, CustomStringConvertible {
  /// What kind of problem; open, so that later versions may tell more kinds apart.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// The code's name.
    public let rawValue: String
    /// A code by its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The value is of another type.
    public static let notOfType = Code(rawValue: "notOfType")
    /// The value is below the minimum or above the maximum.
    public static let outOfRange = Code(rawValue: "outOfRange")
    /// The number is infinite or not a number.
    public static let notFinite = Code(rawValue: "notFinite")
  }

  /// The kind of problem.
  public let code: Code
  /// A sentence for the user, without the property's name.
  public let reason: String

  /// An error.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// The sentence for the user.
  public var description: String { reason }
}
