public import JSON

/// Why a request to the API server didn't succeed.
public struct APIError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure. The set is open: compare with the constants.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The code's name.
    public let description: String

    init(_ name: String) { description = name }

    /// Nothing listens at the server's address.
    public static let connectionRefused = Code("connectionRefused")
    /// The server's host can't be found or reached.
    public static let unreachable = Code("unreachable")
    /// The server didn't answer in time.
    public static let timeout = Code("timeout")
    /// The connection broke before the answer's end.
    public static let connectionLost = Code("connectionLost")
    /// The server answered with an error; see ``APIError/status`` and ``APIError/reason``.
    public static let status = Code("status")
    /// The answer isn't what HTTP, JSON or the Kubernetes API say.
    public static let malformedResponse = Code("malformedResponse")
    /// The answer breaks one of the client's limits.
    public static let tooLarge = Code("tooLarge")
    /// A token, a file of authorities or a kubeconfig can't be used.
    public static let invalidAccess = Code("invalidAccess")
    /// The server's certificate isn't trusted, or TLS with it fails.
    public static let untrusted = Code("untrusted")
    /// The server's address can't be understood.
    public static let invalidServer = Code("invalidServer")
    /// The request was cancelled.
    public static let cancelled = Code("cancelled")
  }

  /// One field that the server found wrong.
  public struct Cause: Sendable, Hashable {
    /// The field's path, for instance `spec.properties[0].name`; empty when the server named none.
    public let field: String
    /// A word for the kind of mistake, for instance `FieldValueRequired`.
    public let reason: String
    /// What is wrong, as text.
    public let message: String

    /// A cause.
    public init(field: String, reason: String, message: String) {
      self.field = field
      self.reason = reason
      self.message = message
    }
  }

  /// The kind of failure.
  public let code: Code
  /// The server's address.
  public let server: String
  /// What happened and what to do, as a sentence for a user.
  public let message: String
  /// The HTTP status, when the server answered with an error.
  public let status: Int?
  /// The `reason` of the server's Kubernetes `Status`, for instance `NotFound`, `Conflict` or `Invalid`.
  public let reason: String?
  /// What the server said about single fields.
  public let causes: [Cause]
  /// How long the server asks to wait before the next try, in seconds.
  public let retryAfterSeconds: Int?

  /// An error that isn't the server's answer.
  public init(_ code: Code, server: String, _ message: String) {
    self.code = code
    self.server = server
    self.message = message
    status = nil
    reason = nil
    causes = []
    retryAfterSeconds = nil
  }

  /// The server's answer with an error.
  ///
  /// - Parameters:
  ///   - status: The HTTP status.
  ///   - object: The answer's document, a Kubernetes `Status` if the server keeps to the conventions.
  ///   - text: The answer's text, used when there is no such document.
  public init(server: String, status: Int, object: JSONValue?, text: String = "") {
    code = .status
    self.server = server
    self.status = status
    let isStatus = object?["kind"]?.string == "Status"
    reason = isStatus ? object?["reason"]?.string : nil
    let details = isStatus ? object?["details"] : nil
    causes = (details?["causes"]?.array ?? []).map {
      Cause(field: $0["field"]?.string ?? "", reason: $0["reason"]?.string ?? "", message: $0["message"]?.string ?? "")
    }
    retryAfterSeconds = details?["retryAfterSeconds"]?.integer.map { Int(clamping: $0) }
    if isStatus, let said = object?["message"]?.string, !said.isEmpty {
      message = said
    } else {
      let excerpt = text.split(separator: "\n").first.map { String($0.prefix(200)) } ?? ""
      message = "the API server at \(server) answered with status \(status)" + (excerpt.isEmpty ? "" : ": \(excerpt)")
    }
  }

  /// Whether the object isn't there (404).
  public var isNotFound: Bool { status == 404 }

  /// Whether another writer was faster, or an object of that name is there already (409).
  public var isConflict: Bool { status == 409 }

  /// Whether the resource version is too old to watch from (410).
  public var isGone: Bool { status == 410 }

  /// Whether the server couldn't be reached, or the connection to it broke: a later try may succeed.
  public var isConnectivity: Bool {
    switch code {
    case .connectionRefused, .unreachable, .timeout, .connectionLost: true
    default: false
    }
  }

  /// The sentence, as a user reads it.
  public var description: String { message }
}
