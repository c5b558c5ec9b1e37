/// Why a ``FaultyBus`` can't be.
public struct FaultyBusError: Error, Hashable, CustomStringConvertible {
  /// What kind of problem; open, so that later versions may tell more kinds apart.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// The code's name.
    public let rawValue: String
    /// A code by its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The system gives no socket, or no thread.
    public static let noResources = Code(rawValue: "noResources")
    /// The port can't be listened on.
    public static let cannotListen = Code(rawValue: "cannotListen")
  }

  /// The kind of problem.
  public let code: Code
  /// A sentence.
  public let reason: String

  /// An error.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// The sentence.
  public var description: String { reason }
}
