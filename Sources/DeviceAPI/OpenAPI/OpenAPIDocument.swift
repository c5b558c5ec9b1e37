public import JSON

/// The OpenAPI 3 documents by which kubectl checks what it applies and explains fields.
public enum OpenAPIDocument {
  /// The document for `GET /openapi/v3/apis/devices.kubeedge.io/<version>`.
  ///
  /// - Parameter drivers: The drivers there are: what they say of configurations stands with the fields that hold them.
  public static func v3(_ version: APIVersion, drivers: [DriverSchemaDocument] = []) -> JSONValue {
    v3(ResourceKind.allCases.compactMap { kind in Schema.of(kind, version).map { OpenAPIKind(kind, version, $0) } }, drivers: drivers)
  }

  /// The document of a group and version that has these kinds.
  package static func v3(_ kinds: [OpenAPIKind], drivers: [DriverSchemaDocument] = []) -> JSONValue {
    var paths: JSONObject = [:]
    var versions: [(group: String, version: String)] = []
    for kind in kinds where !versions.contains(where: { $0 == (kind.group, kind.version) }) { versions.append((kind.group, kind.version)) }
    var schemas = JSONObject(OpenAPIMeta.schemas(versions))
    for kind in kinds {
      schemas[name(kind.kind, kind)] = object(kind, drivers)
      schemas[name(kind.listKind, kind)] = list(kind)
      for (path, item) in OpenAPIPaths.items(of: kind) { paths[path] = item }
    }
    return [
      "openapi": "3.0.0",
      "info": ["title": "Kubernetes", "version": "unversioned"],
      "paths": .object(paths),
      "components": ["schemas": .object(schemas)],
    ]
  }

  /// The name of the schema of a kind, or of its list.
  static func name(_ name: String, _ kind: OpenAPIKind) -> String { "\(kind.schemaPrefix).\(name)" }

  static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }

  static func groupVersionKind(_ name: String, _ kind: OpenAPIKind) -> JSONValue {
    ["group": .string(kind.group), "version": .string(kind.version), "kind": .string(name)]
  }

  private static func object(_ kind: OpenAPIKind, _ drivers: [DriverSchemaDocument]) -> JSONValue {
    let schema = kind.group == APIVersion.group ? kind.schema.explaining(drivers) : kind.schema
    var json = schema.openAPI
    json["properties"]?["metadata"] = described(OpenAPIMeta.objectMetaName, Schema.objectMeta.description)
    json["x-kubernetes-group-version-kind"] = [groupVersionKind(kind.kind, kind)]
    return json
  }

  private static func list(_ kind: OpenAPIKind) -> JSONValue {
    [
      "type": "object",
      "description": .string("A list of \(kind.kind) objects."),
      "required": ["items"],
      "properties": [
        "apiVersion": Schema.string("The group and version of the API the list is written in.").openAPI,
        "kind": Schema.string("The kind of the list.").openAPI,
        "metadata": described(OpenAPIMeta.listMetaName, "What is known of the list."),
        "items": [
          "type": "array", "description": "The objects.", "items": reference(name(kind.kind, kind)),
        ],
      ],
      "x-kubernetes-group-version-kind": [groupVersionKind(kind.listKind, kind)],
    ]
  }

  /// A reference with a description of its own, which a bare `$ref` can't have.
  private static func described(_ name: String, _ description: String) -> JSONValue {
    ["description": .string(description), "allOf": [reference(name)]]
  }
}
