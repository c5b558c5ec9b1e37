/// Who may come in: a browser's page from elsewhere may not, and what is written has to be what it says.
package struct RequestDoor: Sendable {
  /// The host the server was told to listen on.
  let host: String
  /// By which other names it is asked.
  let names: @Sendable () -> Set<String>

  package init(host: String, names: @escaping @Sendable () -> Set<String> = { [] }) {
    self.host = host
    self.names = names
  }

  /// Checks the headers that a page in a browser can't choose freely.
  ///
  /// A name that resolves to the loopback address would pass the socket, so the `Host` has to be a name of this
  /// machine's loopback, the address configured, or a name that is given to it.
  ///
  /// - Throws: ``APIStatus`` 403.
  package func check(authority: String?, origin: String?) throws(APIStatus) {
    if let authority, !isKnown(hostName(authority)) {
      throw APIStatus(403, "Forbidden", "the Host header names \"\(authority.prefix(128))\", which is not this server")
    }
    if let origin {
      let name = origin.firstRange(of: "://").map { hostName(String(origin[$0.upperBound...])) } ?? ""
      guard isKnown(name) else {
        throw APIStatus(403, "Forbidden", "requests from the origin \"\(origin.prefix(128))\" are not accepted")
      }
    }
  }

  /// A page may send a body without saying what it is, without a browser asking first whether it may.
  ///
  /// - Throws: ``APIStatus`` 415.
  package func check(method: String, origin: String?, contentType: String?) throws(APIStatus) {
    guard ["POST", "PUT", "PATCH"].contains(method), origin != nil, (contentType ?? "").isEmpty else { return }
    throw APIStatus(415, "UnsupportedMediaType", "the request comes from a page in a browser and has no Content-Type: say what the body is")
  }

  private func hostName(_ authority: String) -> String {
    if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
    return String(authority.prefix { $0 != ":" }).lowercased()
  }

  private func isKnown(_ name: String) -> Bool {
    name == host || Self.isLoopback(name) || names().contains(name)
  }

  /// Whether a name or address is the machine's own loopback.
  package static func isLoopback(_ name: String) -> Bool {
    if name == "localhost" || name == "::1" { return true }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
