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
    /// The device is at something else and asks to be asked again later.
    public static let busy: Code = "busy"
    /// The device has taken a value and needs longer for it than a request may take. Writing the same again must not send it
    /// again, but look whether it is there; a driver ends that with ``timeout``.
    public static let inProgress: Code = "inProgress"
    /// What the device answered has no meaning.
    public static let invalidValue: Code = "invalidValue"
    /// The point can't be written.
    public static let readOnly: Code = "readOnly"
    /// Something else.
    public static let failed: Code = "failed"
  }

  /// How far a failure reaches: what else needn't be tried.
  public enum Scope: Sendable, Hashable {
    /// Only the point itself.
    case point
    /// Something in the request; another one, for fewer points, may succeed.
    case request
    /// The unit doesn't answer; others on its bus may.
    case unit
    /// The connection is broken; it is closed and made anew.
    case bus
  }

  /// The kind of failure.
  public let code: Code
  /// A sentence for the user.
  public let reason: String
  /// How far the failure reaches.
  public let scope: Scope
  /// Whether the same may succeed later though nobody changes anything, as after noise on the line: a read is then repeated,
  /// and a desired value written again, instead of being refused for good.
  public let isTransient: Bool

  /// An error.
  ///
  /// - Parameters:
  ///   - code: The kind of failure.
  ///   - reason: A sentence for the user.
  ///   - scope: How far the failure reaches; unless given, `notConnected` reaches the bus, `timeout` the unit, `busy` the
  ///     request, and everything else the point.
  ///   - isTransient: Whether the same may succeed later; unless given, what reaches the unit or the bus may, and `busy` and `inProgress`.
  public init(_ code: Code, _ reason: String, scope: Scope? = nil, isTransient: Bool? = nil) {
    self.code = code
    self.reason = reason
    let scope = scope ?? Self.scope(of: code)
    self.scope = scope
    self.isTransient = isTransient ?? (scope == .unit || scope == .bus || code == .busy || code == .inProgress)
  }

  private static func scope(of code: Code) -> Scope {
    switch code {
    case .notConnected: .bus
    case .timeout: .unit
    case .busy: .request
    default: .point
    }
  }

  /// The sentence for the user.
  public var description: String { reason }
}
