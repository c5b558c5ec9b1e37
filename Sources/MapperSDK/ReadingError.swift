/// Why a point couldn't be read or written.
public struct ReadingError: Error, Hashable, CustomStringConvertible {
  /// What kind of failure, in the words of the driver's protocol, for instance `illegalDataAddress`.
  public struct Code: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral {
    /// The code's name.
    public let rawValue: String
    /// A code by its name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// A code by its name.
    public init(stringLiteral value: String) { rawValue = value }

    /// The device can't be reached.
    public static let notConnected: Code = "notConnected"
    /// The device didn't answer in time.
    public static let timeout: Code = "timeout"
    /// What the device answered has no meaning.
    public static let invalidValue: Code = "invalidValue"
    /// The point can't be written.
    public static let readOnly: Code = "readOnly"
    /// Something else.
    public static let failed: Code = "failed"
  }

  /// The kind of failure.
  public let code: Code
  /// A sentence for the user.
  public let reason: String

  /// An error.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// The sentence for the user.
  public var description: String { reason }
}
