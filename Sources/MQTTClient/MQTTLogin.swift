/// Who a client says it is.
public struct MQTTLogin: Sendable, Hashable {
  /// The user's name; `nil` to come without one.
  public var username: String?
  /// The user's password.
  public var password: String?
  /// Where this comes from, in words that follow a broker's refusal: "the login is from /etc/mapper/login.yaml".
  public var origin: String?

  /// A login.
  public init(username: String? = nil, password: String? = nil, origin: String? = nil) {
    self.username = username
    self.password = password
    self.origin = origin
  }
}
