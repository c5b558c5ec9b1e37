/// How a client shows who it is to an API server, and how it knows that it speaks to that one.
public struct ServerAccess: Sendable, Hashable {
  /// What a client shows: `Authorization: Bearer …`.
  public enum Token: Sendable, Hashable {
    /// The token itself.
    case text(String)
    /// A file with the token alone, read for each request, so that a new one counts at once.
    case file(path: String)
  }

  /// Whose certificates are believed, of a server at `https://…`.
  public enum Trust: Sendable, Hashable {
    /// Those of the authorities that this machine trusts.
    case machine
    /// Those of the authorities in a PEM file.
    case file(path: String)
    /// Those of the authorities in a PEM text.
    case pem([UInt8])
    /// Anybody's: whoever sits in between reads along, the token too.
    case anybody
  }

  /// What the client shows; `nil` for nothing.
  public var token: Token?
  /// Whose certificates are believed.
  public var trust: Trust
  /// The name that the server's certificate has to be for, if not the one in its address.
  public var serverName: String?

  /// Shows nothing, and trusts whom the machine trusts, unless said otherwise.
  public init(token: Token? = nil, trust: Trust = .machine, serverName: String? = nil) {
    self.token = token
    self.trust = trust
    self.serverName = serverName
  }

  /// The value of the header that shows the token.
  ///
  /// - Throws: ``APIError`` with code `invalidAccess` and the file that can't be read.
  func authorization(_ server: String) throws(APIError) -> String? {
    switch token {
    case nil: return nil
    case .text(let text): return "Bearer \(text)"
    case .file(let path):
      let text = String(decoding: try SmallFile.read(path, server: server), as: UTF8.self)
      let token = text.prefix { !$0.isWhitespace }
      guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw APIError(.invalidAccess, server: server, "there is no token in \(path)")
      }
      return "Bearer \(token)"
    }
  }
}
