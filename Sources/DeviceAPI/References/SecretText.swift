/// A text that nobody should see, and what is shown in its place.
public struct SecretText: Sendable, Hashable {
  /// The text.
  public var text: String
  /// What is shown instead, for instance `(secret plc-login/password)`.
  public var label: String

  /// A secret text.
  public init(_ text: String, label: String) {
    self.text = text
    self.label = label
  }
}
