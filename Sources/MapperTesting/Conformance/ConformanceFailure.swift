/// Why a driver doesn't pass a check.
public struct ConformanceFailure: Error, Hashable, CustomStringConvertible {
  /// What kind of failure; open, so that later versions may tell more kinds apart.
  public struct Kind: RawRepresentable, Sendable, Hashable {
    /// The kind's name.
    public let rawValue: String
    /// A kind by its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The driver does what it mustn't, or doesn't do what it must.
    public static let violated = Kind(rawValue: "violated")
    /// The check can't apply to this driver and its simulator, and isn't exempt.
    public static let inapplicable = Kind(rawValue: "inapplicable")
    /// The check is exempt, and passes.
    public static let needlessExemption = Kind(rawValue: "needlessExemption")
  }

  /// The kind of failure.
  public let kind: Kind
  /// The check.
  public let check: ConformanceCheck
  /// What was expected.
  public let expected: String
  /// What was seen instead.
  public let seen: String
  /// What may help.
  public let hint: String

  /// A failure.
  public init(_ check: ConformanceCheck, kind: Kind = .violated, expected: String, seen: String, hint: String) {
    self.kind = kind
    self.check = check
    self.expected = expected
    self.seen = seen
    self.hint = hint
  }

  /// The check, what was expected, what was seen, and what may help.
  public var description: String { "\(check.rawValue): expected \(expected); seen: \(seen). Hint: \(hint)" }
}
