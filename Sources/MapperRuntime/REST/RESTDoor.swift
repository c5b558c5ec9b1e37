/// Who may come in: nobody from another machine, and no page of a browser.
///
/// The socket is the loopback's, but a page's name may resolve to that address too, so the headers that a page can't choose
/// are looked at.
package enum RESTDoor {
  /// - Parameters:
  ///   - site: The header `Sec-Fetch-Site`, by which browsers say where a request comes from.
  /// - Throws: ``RESTError`` 403.
  package static func check(authority: String?, origin: String?, site: String?) throws(RESTError) {
    if let authority, !isLoopback(authority) {
      throw forbidden("the Host header names \"\(authority.prefix(128))\", which is not this machine's loopback")
    }
    if let origin {
      let scheme = origin.firstRange(of: "://")
      guard let scheme, isLoopback(String(origin[scheme.upperBound...])) else {
        throw forbidden("requests from the origin \"\(origin.prefix(128))\" are not accepted")
      }
    }
    if let site, site != "same-origin", site != "none" { throw forbidden("requests from a page of another site are not accepted") }
  }

  private static func forbidden(_ message: String) -> RESTError { RESTError(403, "forbidden", message) }

  /// Whether an authority, with or without a port, is the machine's own.
  private static func isLoopback(_ authority: String) -> Bool {
    let name: String
    if authority.hasPrefix("[") {
      name = String(authority.dropFirst().prefix { $0 != "]" })
    } else {
      name = authority.prefix { $0 != ":" }.lowercased()
    }
    if name == "localhost" || name == "::1" { return true }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
