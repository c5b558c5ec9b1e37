public import JSON

/// The OpenAPI 3 documents by which kubectl checks what it applies and explains fields.
public enum OpenAPIDocument {
  /// The document for `GET /openapi/v3/apis/devices.kubeedge.io/<version>`.
  public static func v3(_ version: APIVersion) -> JSONValue {
    var paths: JSONObject = [:]
    var schemas: JSONObject = [:]
    schemas[objectMetaName] = Schema.objectMeta.openAPI
    for kind in ResourceKind.allCases {
      guard let schema = Schema.of(kind, version) else { continue }
      schemas[name(kind.rawValue, version)] = object(schema, kind, version)
      schemas[name(kind.listKind, version)] = list(kind, version)
      for (path, item) in OpenAPIPaths.items(of: kind, version) { paths[path] = item }
    }
    return [
      "openapi": "3.0.0",
      "info": ["title": "Kubernetes", "version": "unversioned"],
      "paths": .object(paths),
      "components": ["schemas": .object(schemas)],
    ]
  }

  /// The name of a kind's schema, in the reversed domain notation of Kubernetes.
  static func name(_ kind: String, _ version: APIVersion) -> String { "io.kubeedge.devices.\(version.rawValue).\(kind)" }

  static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }

  static func groupVersionKind(_ kind: String, _ version: APIVersion) -> JSONValue {
    ["group": .string(APIVersion.group), "version": .string(version.rawValue), "kind": .string(kind)]
  }

  private static let objectMetaName = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"

  private static func object(_ schema: Schema, _ kind: ResourceKind, _ version: APIVersion) -> JSONValue {
    var json = schema.openAPI
    var properties = json["properties"] ?? [:]
    properties["metadata"] = described(objectMetaName, Schema.objectMeta.description)
    json["properties"] = properties
    json["x-kubernetes-group-version-kind"] = [groupVersionKind(kind.rawValue, version)]
    return json
  }

  private static func list(_ kind: ResourceKind, _ version: APIVersion) -> JSONValue {
    [
      "type": "object",
      "description": .string("A list of \(kind.rawValue) objects."),
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
          "type": "array", "description": "The objects.", "items": reference(name(kind.rawValue, version)),
        ],
      ],
      "x-kubernetes-group-version-kind": [groupVersionKind(kind.listKind, version)],
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
