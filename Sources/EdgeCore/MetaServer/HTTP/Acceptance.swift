/// What form of an answer a client's `Accept` header asks for.
package struct Acceptance: Sendable, Hashable {
  package enum Form: Sendable, Hashable {
    case object
    /// Objects as a `Table` of `meta.k8s.io` in this version.
    case table(version: String)
    /// Only the metadata, as `PartialObjectMetadata` of `meta.k8s.io` in this version; of a list when `isList`.
    case partial(version: String, isList: Bool)
  }

  package var form = Form.object
  /// All of discovery in one document, `apidiscovery.k8s.io/v2`.
  package var isAggregatedDiscovery = false
  /// Whether the answer is to be YAML instead of JSON.
  package var isYAML = false
  /// Whether anything that the client takes can be made.
  package var isPossible = true

  /// Objects as a `Table`.
  package var isTable: Bool { if case .table = form { true } else { false } }

  package init(_ header: String?) {
    guard let header, !header.allSatisfy({ $0 == " " }) else { return }
    for entry in header.split(separator: ",") where take(entry) { return }
    isPossible = false
  }

  /// Takes one of the forms that a client names, the preferred first.
  ///
  /// - Returns: Whether that can be made.
  private mutating func take(_ entry: Substring) -> Bool {
    let parts = entry.split(separator: ";").map { $0.filter { $0 != " " } }
    guard let type = parts.first?.lowercased() else { return false }
    guard ["application/json", "application/yaml", "application/*", "*/*"].contains(type) else { return false }
    var parameters: [String: String] = [:]
    for part in parts.dropFirst() {
      let sides = part.split(separator: "=", maxSplits: 1)
      if sides.count == 2 { parameters[String(sides[0])] = String(sides[1]) }
    }
    guard parameters["stream"] == nil || parameters["stream"] == "watch", let form = parameters["as"] else {
      isYAML = type == "application/yaml"
      return parameters["as"] == nil && (parameters["stream"] ?? "watch") == "watch"
    }
    let version = parameters["v"] ?? ""
    let isMeta = parameters["g"] == "meta.k8s.io" && ["v1", "v1beta1"].contains(version)
    switch form {
    case "Table" where isMeta: self.form = .table(version: version)
    case "PartialObjectMetadata" where isMeta: self.form = .partial(version: version, isList: false)
    case "PartialObjectMetadataList" where isMeta: self.form = .partial(version: version, isList: true)
    case "APIGroupDiscoveryList" where version == "v2": isAggregatedDiscovery = true
    default: return false
    }
    isYAML = type == "application/yaml"
    return true
  }
}
