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
  /// - Parameter kinds: The kinds that are served.
  package init(path: String, query: [String: String] = [:], kinds: [ObjectKind] = ObjectKind.served) throws(APIStatus) {
    self.query = query
    var levels = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { $0.removingPercentEncoding ?? String($0) }
    if levels.last == "" { levels.removeLast() }
    switch (levels.first, levels.count) {
    case ("livez", 1), ("readyz", 1), ("healthz", 1): target = .health(levels[0])
    case ("metrics", 1): target = .metrics
    case (nil, _), ("version", 1), ("api", 1), ("api", 2), ("apis", 1), ("apis", 2), ("apis", 3), ("openapi", _):
      target = .discovery("/" + levels.joined(separator: "/"))
    case ("api", _): target = try Self.resource(group: "", levels.dropFirst(), path, kinds, &self.query)
    case ("apis", _): target = try Self.resource(group: levels[1], levels.dropFirst(2), path, kinds, &self.query)
    default: throw Self.unknown(path)
    }
  }

  package static func unknown(_ path: String) -> APIStatus {
    APIStatus(404, "NotFound", "the server could not find the requested resource: \(path)")
  }

  /// - Parameter levels: The version and what follows it.
  private static func resource(
    group: String, _ levels: ArraySlice<String>, _ path: String, _ kinds: [ObjectKind], _ query: inout [String: String]
  ) throws(APIStatus) -> Target {
    var rest = levels
    guard let version = rest.popFirst().flatMap(ObjectVersion.init(rawValue:)), !rest.contains("") else { throw unknown(path) }
    // How watches were asked for before there was a parameter for it.
    if rest.first == "watch", rest.count > 1 {
      query["watch"] = "true"
      rest = rest.dropFirst()
    }
    var namespace: String?
    if rest.first == "namespaces", rest.count >= 3, rest.count > 3 || rest.last != "status" {
      namespace = rest[rest.startIndex + 1]
      rest = rest.dropFirst(2)
    }
    let plural = rest.popFirst()
    guard let kind = kinds.first(where: { $0.plural == plural && $0.group == group }), kind.versions.contains(version),
      kind.isNamespaced || namespace == nil
    else { throw Self.unknown(path) }
    guard let name = rest.popFirst() else { return .collection(kind, version, namespace: namespace) }
    guard (namespace != nil) == kind.isNamespaced, rest.count <= 1 else { throw Self.unknown(path) }
    let key = ObjectKey(kind: kind, namespace: namespace ?? "", name: name)
    if let subresource = rest.first, !kind.subresources(in: version).contains(subresource) { throw .notFound(key) }
    return .object(key, version, subresource: rest.first)
  }

  /// Whether a parameter is given and says yes.
  package func flag(_ name: String) -> Bool {
    // As Kubernetes reads one: `?watch`, `watch=True` and `watch=yes` are all yes.
    query[name].map { !["false", "0"].contains($0.lowercased()) } ?? false
  }
}

extension Substring {
  /// The text with `%XX` replaced; `nil` where that is malformed or no UTF-8.
  var removingPercentEncoding: String? {
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
