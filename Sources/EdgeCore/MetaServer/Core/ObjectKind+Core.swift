extension ObjectKind {
  /// Where objects of the same name can live side by side.
  package static let namespace = ObjectKind(
    ResourceDefinition(
      kind: "Namespace", group: "", shortNames: ["ns"], isNamespaced: false, schemas: [.v1: .namespace], statusVersions: [.v1],
      columns: [.init("Status", path: ["status", "phase"], "The status of the namespace")]))

  /// The machine that edgecore runs on.
  package static let node = ObjectKind(
    ResourceDefinition(
      kind: "Node", group: "", shortNames: ["no"], isNamespaced: false, schemas: [.v1: .node], statusVersions: [.v1],
      verbs: ["get", "list", "patch", "update", "watch"]))

  /// Text that others refer to.
  package static let configMap = ObjectKind(
    ResourceDefinition(kind: "ConfigMap", group: "", shortNames: ["cm"], schemas: [.v1: .configMap]))

  /// What nobody should read but those it is for.
  package static let secret = ObjectKind(
    ResourceDefinition(
      kind: "Secret", group: "", schemas: [.v1: .secret], selectableFields: ["type"],
      columns: [.init("Type", path: ["type"], "What sort of secret it is.")]))
}
