import DeviceAPI

/// What a URL of the API means.
package struct APIRequest: Sendable, Hashable {
  package enum Target: Sendable, Hashable {
    /// `/version`, `/api`, `/apis`, `/openapi/v3` and the like, by path.
    case discovery(String)
    /// `/livez`, `/readyz`, `/healthz`
    case health(String)
    /// `/metrics`
    case metrics
    /// All objects of a kind, in one namespace or in all.
    case collection(ObjectKind, ObjectVersion, namespace: String?)
    /// One object, or a subresource of it.
    case object(ObjectKey, ObjectVersion, subresource: String?)
  }

  package var target: Target
  /// The query's parameters; of one given twice the last counts.
  package var query: [String: String]

  /// Reads a path and its query.
  ///
  /// - Throws: ``APIStatus`` 404 for a path that means nothing.
  package init(path: String, query: [String: String] = [:]) throws(APIStatus) {
    self.query = query
    var levels = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { $0.removingPercentEncoding ?? String($0) }
    if levels.last == "" { levels.removeLast() }
    switch (levels.first, levels.count) {
    case ("livez", 1), ("readyz", 1), ("healthz", 1): target = .health(levels[0])
    case ("metrics", 1): target = .metrics
    case (nil, _), ("version", 1), ("api", 1), ("api", 2), ("apis", 1), ("apis", 2), ("apis", 3), ("openapi", _):
      target = .discovery("/" + levels.joined(separator: "/"))
    case ("api", _): target = try Self.resource(group: "", levels.dropFirst(), path)
    case ("apis", _): target = try Self.resource(group: levels[1], levels.dropFirst(2), path)
    default: throw Self.unknown(path)
    }
  }

  private static func unknown(_ path: String) -> APIStatus {
    APIStatus(404, "NotFound", "the server could not find the requested resource: \(path)")
  }

  /// - Parameter levels: The version and what follows it.
  private static func resource(group: String, _ levels: ArraySlice<String>, _ path: String) throws(APIStatus) -> Target {
    var rest = levels
    guard let version = rest.popFirst().flatMap(ObjectVersion.init(rawValue:)) else { throw unknown(path) }
    var namespace: String?
    if rest.first == "namespaces", rest.count >= 3 {
      namespace = rest[rest.startIndex + 1]
      rest = rest.dropFirst(2)
    }
    guard let plural = rest.popFirst(), let kind = ObjectKind(plural: plural), kind.group == group, kind.versions.contains(version)
    else { throw unknown(path) }
    guard let name = rest.popFirst() else { return .collection(kind, version, namespace: namespace) }
    guard let namespace, rest.count <= 1, rest.first.map(kind.subresources.contains) ?? true else { throw unknown(path) }
    return .object(ObjectKey(kind: kind, namespace: namespace, name: name), version, subresource: rest.first)
  }

  /// Whether a parameter is given and says yes.
  package func flag(_ name: String) -> Bool { ["true", "1"].contains(query[name]) }
}

extension Substring {
  /// The text with `%XX` replaced; `nil` where that is malformed or no UTF-8.
  fileprivate var removingPercentEncoding: String? {
    guard contains("%") else { return String(self) }
    var bytes: [UInt8] = []
    var rest = utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(Substring(rest.prefix(2)), radix: 16) else { return nil }
      rest = rest.dropFirst(2)
      bytes.append(value)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
