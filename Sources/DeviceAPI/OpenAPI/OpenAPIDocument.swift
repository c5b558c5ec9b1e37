public import JSON

/// The OpenAPI 3 documents by which kubectl checks what it applies and explains fields.
public enum OpenAPIDocument {
  /// The document for `GET /openapi/v3/apis/devices.kubeedge.io/<version>`.
  public static func v3(_ version: APIVersion) -> JSONValue {
    v3(ResourceKind.allCases.compactMap { kind in Schema.of(kind, version).map { OpenAPIKind(kind, version, $0) } })
  }

  /// The document of a group and version that has these kinds.
  package static func v3(_ kinds: [OpenAPIKind]) -> JSONValue {
    var paths: JSONObject = [:]
    var schemas: JSONObject = [:]
    schemas[objectMetaName] = Schema.objectMeta.openAPI
    for kind in kinds {
      schemas[name(kind.kind, kind)] = object(kind)
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

  private static let objectMetaName = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"

  private static func object(_ kind: OpenAPIKind) -> JSONValue {
    var json = kind.schema.openAPI
    var properties = json["properties"] ?? [:]
    properties["metadata"] = described(objectMetaName, Schema.objectMeta.description)
    json["properties"] = properties
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
        "metadata": Schema.object(
          "What is known of the list.",
          [
            .optional("continue", .string("Where the rest of the list begins, when it was cut.")),
            .optional("remainingItemCount", .integer("How many objects the rest has.")),
            .optional("resourceVersion", .string("The revision of the list, from which a watch can start.")),
          ]
        ).openAPI,
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

extension Schema {
  /// The schema in OpenAPI's words.
  var openAPI: JSONValue {
    var json: JSONObject = ["type": .string(typeName), "description": .string(description)]
    json["format"] = format.map { .string($0) }
    json["enum"] = allowed.isEmpty ? nil : .array(allowed)
    json["minimum"] = minimum.map { .number(JSONNumber($0)) }
    json["maximum"] = maximum.map { .number(JSONNumber($0)) }
    switch form {
    case .object(let fields, let preservesUnknown):
      let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
      json["required"] = required.isEmpty ? nil : .array(required)
      if !fields.isEmpty { json["properties"] = .object(JSONObject(fields.map { ($0.name, $0.schema.openAPI) })) }
      if preservesUnknown { json["x-kubernetes-preserve-unknown-fields"] = true }
    case .array(let element): json["items"] = element.openAPI
    case .map(let value): json["additionalProperties"] = value.openAPI
    case .string, .integer, .number, .boolean: break
    }
    return .object(json)
  }
}
