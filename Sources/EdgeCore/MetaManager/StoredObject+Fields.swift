import JSON

extension StoredObject {
  /// The value of a field that a selector names; empty when it isn't there.
  package func field(_ path: String) -> String {
    switch (key.kind, path) {
    case (_, "metadata.name"): return key.name
    case (_, "metadata.namespace"): return key.namespace
    case (.device, "spec.nodeName"): return nodeName ?? ""
    case (.event, "source"): return content.at("source", "component")?.string ?? content["reportingComponent"]?.string ?? ""
    default:
      var value: JSONValue? = content
      for level in path.split(separator: ".") { value = value?[String(level)] }
      return value?.string ?? ""
    }
  }
}
