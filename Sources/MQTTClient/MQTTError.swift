internal import CMosquitto

/// Why an MQTT operation failed.
public struct MQTTError: Error, Hashable, CustomStringConvertible {
  /// What kind of failure; open, so that later versions may tell more kinds apart.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// The code's name.
    public let rawValue: String
    /// A code by its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// There is no connection at the moment.
    public static let notConnected = Code(rawValue: "notConnected")
    /// The client was closed.
    public static let closed = Code(rawValue: "closed")
    /// Too many published messages wait for their acknowledgement.
    public static let backlogFull = Code(rawValue: "backlogFull")
    /// A topic, a filter, an address or a payload MQTT doesn't allow.
    public static let invalidArgument = Code(rawValue: "invalidArgument")
    /// The broker can't be reached, or the connection broke.
    public static let connectionFailed = Code(rawValue: "connectionFailed")
    /// The broker answered the connection with a refusal.
    public static let refused = Code(rawValue: "refused")
    /// TLS didn't come about: a file, a certificate, or a broker that doesn't speak it.
    public static let tls = Code(rawValue: "tls")
    /// libmosquitto reported something else.
    public static let failed = Code(rawValue: "failed")
  }

  /// The kind of failure.
  public let code: Code
  /// A sentence for the user.
  public let reason: String

  /// A failure.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// The sentence for the user.
  public var description: String { reason }

  /// libmosquitto's result as an error; `errno` has to be taken right after the call.
  init(result: Int32, errno: Int32, doing action: String) {
    let status = mosq_err_t(result)
    let text: String
    if status == MOSQ_ERR_ERRNO {
      text = errno == 0 ? "the connection ended" : systemText(errno)
    } else {
      text = String(cString: mosquitto_strerror(result))
    }
    switch status {
    case MOSQ_ERR_ERRNO, MOSQ_ERR_CONN_LOST, MOSQ_ERR_EAI, MOSQ_ERR_NO_CONN, MOSQ_ERR_KEEPALIVE, MOSQ_ERR_TLS:
      self.init(.connectionFailed, "\(action): \(text)")
    case MOSQ_ERR_INVAL, MOSQ_ERR_PAYLOAD_SIZE, MOSQ_ERR_MALFORMED_UTF8, MOSQ_ERR_OVERSIZE_PACKET:
      self.init(.invalidArgument, "\(action): \(text)")
    case MOSQ_ERR_CONN_REFUSED, MOSQ_ERR_AUTH, MOSQ_ERR_ACL_DENIED:
      self.init(.refused, "\(action): \(text)")
    default:
      self.init(.failed, "\(action): \(text)")
    }
  }
}
