internal import APIClient

/// How a mapper gets in at an API server that wants a token, or TLS. The token's file is read for each request, the others at the start.
public struct APICredentials: Sendable, Hashable {
  /// A kubeconfig, which says the server too; the others don't count then.
  public var kubeconfig: String?
  /// A file with a token alone.
  public var tokenFile: String?
  /// The authorities that the server's certificate has to come from, as PEM; this machine's own when `nil`.
  public var caFile: String?

  /// Credentials.
  public init(kubeconfig: String? = nil, tokenFile: String? = nil, caFile: String? = nil) {
    self.kubeconfig = kubeconfig
    self.tokenFile = tokenFile
    self.caFile = caFile
  }

  /// A client with these credentials.
  ///
  /// - Throws: ``APIError`` with the file that can't be used.
  func client(_ server: String) throws(APIError) -> APIClient {
    var options = APIClient.Options()
    if let kubeconfig {
      let config = try Kubeconfig(path: kubeconfig)
      options.access = config.access
      return try APIClient(server: config.server, options: options)
    }
    options.access = ServerAccess(token: tokenFile.map { .file(path: $0) }, trust: caFile.map { .file(path: $0) } ?? .machine)
    return try APIClient(server: server, options: options)
  }
}
