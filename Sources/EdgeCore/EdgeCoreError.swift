/// A failure of edgecore itself, as an operator reads it.
public struct EdgeCoreError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure; more may come.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private let name: String

    /// The configuration is wrong.
    public static let configuration = Code(name: "configuration")
    /// The database can't be read or written.
    public static let storage = Code(name: "storage")
    /// The MQTT broker can't be reached or started.
    public static let broker = Code(name: "broker")
    /// An address can't be listened on.
    public static let listen = Code(name: "listen")
    /// The system has no thread left.
    public static let thread = Code(name: "thread")
    /// edgecore is stopping.
    public static let stopping = Code(name: "stopping")

    /// The code's name.
    public var description: String { name }
  }

  /// What kind of failure.
  public let code: Code
  /// What went wrong, and what to do about it.
  public let message: String

  /// A failure.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
