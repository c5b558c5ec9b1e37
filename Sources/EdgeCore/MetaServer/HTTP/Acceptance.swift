/// What form of an answer a client's `Accept` header asks for.
package struct Acceptance: Sendable, Hashable {
  /// Objects as a `Table`.
  package var isTable: Bool
  /// All of discovery in one document, `apidiscovery.k8s.io/v2`.
  package var isAggregatedDiscovery: Bool

  package init(_ header: String?) {
    isTable = false
    isAggregatedDiscovery = false
    for entry in (header ?? "").split(separator: ",") {
      let parameters = Set(entry.split(separator: ";").map { $0.filter { $0 != " " } })
      guard parameters.contains("application/json") else { continue }
      if parameters.contains("as=Table"), parameters.contains("g=meta.k8s.io"), parameters.contains("v=v1") { isTable = true }
      if parameters.contains("as=APIGroupDiscoveryList"), parameters.contains("v=v2") { isAggregatedDiscovery = true }
    }
  }
}
