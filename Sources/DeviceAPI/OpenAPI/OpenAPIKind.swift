/// A kind of object as OpenAPI tells of it.
package struct OpenAPIKind: Sendable {
  /// The API group; empty for the core group.
  let group: String
  let version: String
  let kind: String
  /// The name in URLs.
  let plural: String
  /// What the kind's schema is called, in the reversed domain notation of Kubernetes, without the kind.
  let schemaPrefix: String
  let schema: Schema
  /// Whether objects belong to a namespace, or to all.
  let isNamespaced: Bool
  /// Whether the status is a subresource.
  let hasStatus: Bool

  package init(
    group: String, version: String, kind: String, plural: String, schemaPrefix: String, schema: Schema, isNamespaced: Bool = true,
    hasStatus: Bool = false
  ) {
    self.hasStatus = hasStatus
    self.isNamespaced = isNamespaced
    self.group = group
    self.version = version
    self.kind = kind
    self.plural = plural
    self.schemaPrefix = schemaPrefix
    self.schema = schema
  }

  init(_ kind: ResourceKind, _ version: APIVersion, _ schema: Schema) {
    self.init(
      group: APIVersion.group, version: version.rawValue, kind: kind.rawValue, plural: kind.plural,
      schemaPrefix: "io.kubeedge.devices.\(version.rawValue)", schema: schema,
      hasStatus: version != .v1alpha2 && schema.member("status") != nil)
  }

  var listKind: String { kind + "List" }

  /// The path of everything in the group and version.
  var root: String { group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)" }

  /// The name that operations are gathered under.
  var tag: String { "\(group.isEmpty ? "core" : String(group.prefix { $0 != "." }))_\(version)" }
}
