import DeviceAPI

/// What a client asks of a list: `ListOptions` of meta/v1.
package struct ListOptions: Sendable, Hashable {
  /// How the revision asked for is meant.
  package enum Match: Sendable, Hashable {
    /// Any state will do.
    case any
    /// A state that is at least as new.
    case notOlderThan(Int64)
    /// The state at that revision.
    case exact(Int64)
  }

  package var match = Match.any
  /// Objects at most; all when `nil`.
  package var limit: Int?
  /// Where the rest of a list begins.
  package var next: ContinueToken?

  /// - Throws: ``APIStatus``.
  package init(_ query: [String: String]) throws(APIStatus) {
    let limit = try Self.number("limit", query) ?? 0
    _ = try Self.number("timeoutSeconds", query)
    let text = query["resourceVersion"] ?? ""
    let match = query["resourceVersionMatch"] ?? ""
    if let token = query["continue"], !token.isEmpty {
      guard ["", "0"].contains(text) else { throw .badRequest("specifying resource version is not allowed when using continue") }
      if !match.isEmpty { throw Self.forbidden("resourceVersionMatch is forbidden when continue is provided") }
      next = try ContinueToken(token)
    }
    var revision: Int64 = 0
    if !text.isEmpty {
      guard let number = Int64(text), number >= 0 else {
        throw .badRequest("resourceVersion: Invalid value: \"\(text.prefix(64))\": it is no resource version")
      }
      revision = number
    }
    switch match {
    case "" where text.isEmpty: break
    case "": self.match = revision == 0 ? .any : .notOlderThan(revision)
    case _ where text.isEmpty: throw Self.forbidden("resourceVersionMatch is forbidden unless resourceVersion is provided")
    case "NotOlderThan": self.match = .notOlderThan(revision)
    case "Exact":
      if revision == 0 { throw Self.forbidden("resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"") }
      self.match = .exact(revision)
    default:
      throw .invalidOptions(
        "ListOptions",
        [
          FieldError(
            path: "resourceVersionMatch", kind: .notSupported, value: "\"\(match.prefix(32))\"",
            detail: "supported values: \"Exact\", \"NotOlderThan\", \"\"")
        ])
    }
    if limit > 0 { self.limit = Int(min(limit, Int64(Int32.max))) }
  }

  /// - Throws: ``APIStatus`` 400 for what is no number.
  static func number(_ name: String, _ query: [String: String]) throws(APIStatus) -> Int64? {
    guard let text = query[name], !text.isEmpty else { return nil }
    guard let number = Int64(text) else { throw .badRequest("\(name): \"\(text.prefix(32))\" is no whole number") }
    return number
  }

  static func forbidden(_ problem: String) -> APIStatus {
    .invalidOptions("ListOptions", [FieldError(path: "resourceVersionMatch", kind: .forbidden, detail: problem)])
  }
}
