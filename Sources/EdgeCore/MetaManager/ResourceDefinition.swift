package import DeviceAPI
package import JSON

/// What there is to know of a kind of object: its names, versions and fields, and what can be done with it.
package final class ResourceDefinition: Sendable {
  /// A column of the table that kubectl prints, filled from a field.
  package struct Column: Sendable {
    package var name: String
    /// OpenAPI's type: `string`, `integer`, `number`, `boolean` or `date`.
    package var type: String
    /// The value in an object; `nil` where there is none.
    package var value: @Sendable (JSONValue) -> JSONValue?
    package var isWide: Bool
    package var description: String

    /// - Parameter path: Where the value stands, level by level.
    package init(_ name: String, type: String = "string", path: [String], isWide: Bool = false, _ description: String) {
      self.init(name, type: type, isWide: isWide, description) { object in
        path.reduce(object as JSONValue?) { $0?[$1] }
      }
    }

    package init(
      _ name: String, type: String = "string", isWide: Bool = false, _ description: String,
      value: @escaping @Sendable (JSONValue) -> JSONValue?
    ) {
      self.name = name
      self.type = type
      self.value = value
      self.isWide = isWide
      self.description = description
    }
  }

  package let kind: String
  /// The API group; empty for the core group.
  package let group: String
  /// The name in URLs.
  package let plural: String
  package let singular: String
  /// Further names in commands.
  package let shortNames: [String]
  /// Groups of kinds that commands know, `all` for instance.
  package let categories: [String]
  /// Whether objects belong to a namespace, or to all.
  package let isNamespaced: Bool
  /// The versions the kind is served in, the preferred one first.
  package let versions: [ObjectVersion]
  /// The fields by version.
  package let schemas: [ObjectVersion: Schema]
  /// Versions in which the status is a subresource, apart from what the object's author writes.
  package let statusVersions: Set<ObjectVersion>
  /// Versions of which clients are warned, with the sentence.
  package let deprecations: [ObjectVersion: String]
  /// The fields that a field selector may name besides the name and the namespace.
  package let selectableFields: [String]
  /// What can be done with objects, in Kubernetes' words.
  package let verbs: [String]
  package let columns: [Column]

  /// The verbs of an ordinary kind.
  package static let allVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
  /// The verbs of a kind that only the server writes.
  package static let readVerbs = ["get", "list", "watch"]

  package init(
    kind: String, group: String = APIVersion.group, plural: String? = nil, shortNames: [String] = [], categories: [String] = [],
    isNamespaced: Bool = true, schemas: KeyValuePairs<ObjectVersion, Schema>, statusVersions: Set<ObjectVersion> = [],
    deprecations: [ObjectVersion: String] = [:], selectableFields: [String] = [], verbs: [String] = allVerbs, columns: [Column] = []
  ) {
    self.kind = kind
    self.group = group
    singular = kind.lowercased()
    self.plural = plural ?? kind.lowercased() + "s"
    self.shortNames = shortNames
    self.categories = categories
    self.isNamespaced = isNamespaced
    versions = schemas.map(\.key)
    self.schemas = Dictionary(schemas.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    self.statusVersions = statusVersions
    self.deprecations = deprecations
    self.selectableFields = selectableFields
    self.verbs = verbs
    self.columns = columns
  }
}
