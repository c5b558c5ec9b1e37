import JSON

/// The requests on a kind as OpenAPI paths, with Kubernetes' marks of what they do to which kind.
enum OpenAPIPaths {
  private struct Operation {
    let method: String
    let action: String
    let parameters: [JSONValue]
    let hasBody: Bool
  }

  static func items(of kind: OpenAPIKind) -> [(String, JSONValue)] {
    let collection = "\(kind.root)/namespaces/{namespace}/\(kind.plural)"
    let namespace = parameter("namespace", "path", "The namespace.")
    let name = parameter("name", "path", "The name of the object.")
    return [
      ("\(kind.root)/\(kind.plural)", item([list], [], kind)),
      (collection, item([list, create], [namespace], kind)),
      ("\(collection)/{name}", item([read, replace, patch, delete], [namespace, name], kind)),
    ]
  }

  private static let list = Operation(
    method: "get", action: "list",
    parameters: [
      parameter("labelSelector", "query", "Only objects whose labels match."),
      parameter("fieldSelector", "query", "Only objects whose fields match."),
      parameter("limit", "query", "At most so many objects.", type: "integer"),
      parameter("continue", "query", "Where a cut list goes on."),
      parameter("resourceVersion", "query", "The revision to start from."),
      parameter("watch", "query", "Whether changes follow.", type: "boolean"),
    ], hasBody: false)
  private static let create = Operation(method: "post", action: "post", parameters: writing, hasBody: true)
  private static let read = Operation(method: "get", action: "get", parameters: [], hasBody: false)
  private static let replace = Operation(method: "put", action: "put", parameters: writing, hasBody: true)
  private static let patch = Operation(
    method: "patch", action: "patch",
    parameters: writing + [parameter("force", "query", "Whether an apply takes fields from other managers.", type: "boolean")],
    hasBody: true)
  private static let delete = Operation(method: "delete", action: "delete", parameters: [dryRun], hasBody: false)

  private static let dryRun = parameter(
    "dryRun", "query", "With All, the request is checked and answered, and changes nothing.")
  private static let writing: [JSONValue] = [
    dryRun,
    parameter("fieldManager", "query", "The name of the client, under which the fields it sets are noted."),
    parameter(
      "fieldValidation", "query", "What becomes of unknown and duplicate fields: Ignore, Warn or Strict."),
  ]

  private static func item(_ operations: [Operation], _ parameters: [JSONValue], _ kind: OpenAPIKind) -> JSONValue {
    var item: JSONObject = [:]
    for operation in operations { item[operation.method] = json(operation, kind) }
    item["parameters"] = parameters.isEmpty ? nil : .array(parameters)
    return .object(item)
  }

  private static func json(_ operation: Operation, _ kind: OpenAPIKind) -> JSONValue {
    let schema = OpenAPIDocument.reference(
      OpenAPIDocument.name(operation.action == "list" ? kind.listKind : kind.kind, kind))
    var json: JSONObject = [
      "description": .string("\(operation.action) \(kind.kind)"),
      "operationId": .string("\(operation.action)\(kind.kind)\(kind.version)"),
      "tags": [.string(kind.tag)],
      "responses": ["200": ["description": "OK", "content": ["application/json": ["schema": schema]]]],
      "x-kubernetes-action": .string(operation.action),
      "x-kubernetes-group-version-kind": OpenAPIDocument.groupVersionKind(kind.kind, kind),
    ]
    json["parameters"] = operation.parameters.isEmpty ? nil : .array(operation.parameters)
    if operation.action == "patch" {
      let anything: JSONValue = ["schema": ["type": "object"]]
      json["requestBody"] = [
        "required": true,
        "content": [
          "application/json-patch+json": ["schema": ["type": "array", "items": ["type": "object"]]],
          "application/merge-patch+json": anything, "application/apply-patch+yaml": anything,
        ],
      ]
    } else if operation.hasBody {
      json["requestBody"] = [
        "required": true,
        "content": ["application/json": ["schema": schema], "application/yaml": ["schema": schema]],
      ]
    }
    return .object(json)
  }

  private static func parameter(_ name: String, _ place: String, _ description: String, type: String = "string") -> JSONValue {
    var json: JSONObject = [
      "name": .string(name), "in": .string(place), "description": .string(description),
      "schema": ["type": .string(type)],
    ]
    if place == "path" { json["required"] = true }
    return .object(json)
  }
}
