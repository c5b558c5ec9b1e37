/// Where the API server is: the parts of an `http://HOST:PORT` or `https://HOST:PORT` address.
struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
  let host: String
  let port: Int
  let usesTLS: Bool
  /// A path before every request's path, without a slash at its end: empty, or for instance `/proxy`.
  let prefix: String

  init(_ text: String) throws(APIError) {
    func refuse(_ why: String) -> APIError {
      APIError(.invalidServer, server: text, "'\(text)' is not the address of an API server: \(why); write it as http://127.0.0.1:10550")
    }
    var rest = Substring(text)
    usesTLS = rest.hasPrefix("https://")
    if usesTLS {
      rest = rest.dropFirst(8)
    } else if rest.hasPrefix("http://") {
      rest = rest.dropFirst(7)
    } else if rest.contains("://") {
      throw refuse("its scheme is neither http nor https")
    }
    let authority = rest.prefix { $0 != "/" }
    var prefix = rest[authority.endIndex...]
    while prefix.last == "/" { prefix = prefix.dropLast() }
    self.prefix = String(prefix)

    var host = authority
    var port: Substring?
    if authority.first == "[" {
      guard let end = authority.firstIndex(of: "]") else { throw refuse("a ']' is missing") }
      host = authority[authority.index(after: authority.startIndex)..<end]
      let after = authority[authority.index(after: end)...]
      if after.first == ":" { port = after.dropFirst() } else if !after.isEmpty { throw refuse("unexpected '\(after)' after ']'") }
    } else if let colon = authority.lastIndex(of: ":") {
      host = authority[..<colon]
      port = authority[authority.index(after: colon)...]
    }
    guard !host.isEmpty, !host.utf8.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: "@") }) else { throw refuse("the host is missing") }
    self.host = String(host)
    if let port {
      guard let number = Int(port), (1...65535).contains(number) else { throw refuse("'\(port)' is not a port") }
      self.port = number
    } else {
      self.port = usesTLS ? 443 : 80
    }
  }

  /// Whether nobody is on the way.
  var isLoopback: Bool { host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.allSatisfy { $0 == "." || $0.isNumber }) }

  /// What the `Host` header says.
  var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  var description: String { "\(usesTLS ? "https" : "http")://\(authority)\(prefix)" }
}
