import JSON

/// The requests on a kind as OpenAPI paths, with Kubernetes' marks of what they do to which kind.
enum OpenAPIPaths {
  private struct Operation {
    enum Body {
      case none, object, patch, options
    }

    let method: String
    let action: String
    var parameters: [JSONValue] = []
    var body = Body.none
    /// What the answer is.
    var answer: String?
    var statuses = [200]
  }

  static func items(of kind: OpenAPIKind) -> [(String, JSONValue)] {
    let all = "\(kind.root)/\(kind.plural)"
    let collection = kind.isNamespaced ? "\(kind.root)/namespaces/{namespace}/\(kind.plural)" : all
    let places = kind.isNamespaced ? [OpenAPIParameters.namespace] : []
    let object = places + [OpenAPIParameters.name]
    var items = [
      (collection, item([list, create, deleteCollection], places, kind)),
      ("\(collection)/{name}", item([read, replace, patch, delete], object, kind)),
    ]
    if kind.isNamespaced { items.append((all, item([list], [], kind))) }
    if kind.hasStatus { items.append(("\(collection)/{name}/status", item([read, replace, patch], object, kind, of: "Status"))) }
    return items
  }

  private static let list = Operation(method: "get", action: "list", parameters: OpenAPIParameters.listing, answer: "List")
  private static let create = Operation(
    method: "post", action: "post", parameters: OpenAPIParameters.writing, body: .object, statuses: [200, 201, 202])
  private static let read = Operation(
    method: "get", action: "get", parameters: OpenAPIParameters.listing.filter { $0["name"] == "resourceVersion" })
  private static let replace = Operation(
    method: "put", action: "put", parameters: OpenAPIParameters.writing, body: .object, statuses: [200, 201])
  private static let patch = Operation(
    method: "patch", action: "patch", parameters: OpenAPIParameters.writing + [OpenAPIParameters.force], body: .patch, statuses: [200, 201])
  private static let delete = Operation(
    method: "delete", action: "delete", parameters: OpenAPIParameters.deleting, body: .options, answer: "Status", statuses: [200, 202])
  private static let deleteCollection = Operation(
    method: "delete", action: "deletecollection",
    parameters: OpenAPIParameters.deleting + OpenAPIParameters.listing.filter { !["watch", "allowWatchBookmarks"].contains($0["name"]) },
    body: .options, answer: "Status")

  private static func item(
    _ operations: [Operation], _ parameters: [JSONValue], _ kind: OpenAPIKind, of subresource: String = ""
  ) -> JSONValue {
    var item: JSONObject = [:]
    let scope = parameters.contains(OpenAPIParameters.namespace) ? "Namespaced" : ""
    for operation in operations { item[operation.method] = json(operation, kind, scope, subresource) }
    item["parameters"] = parameters.isEmpty ? nil : .array(parameters)
    return .object(item)
  }

  private static func json(_ operation: Operation, _ kind: OpenAPIKind, _ scope: String, _ subresource: String) -> JSONValue {
    let own = OpenAPIDocument.reference(OpenAPIDocument.name(kind.kind, kind))
    let answer =
      switch operation.answer {
      case "List": OpenAPIDocument.reference(OpenAPIDocument.name(kind.listKind, kind))
      case "Status": OpenAPIDocument.reference(OpenAPIMeta.statusName)
      default: own
      }
    let suffix = operation.action == "list" && scope.isEmpty && kind.isNamespaced ? "ForAllNamespaces" : ""
    let responses = operation.statuses.map { status -> (String, JSONValue) in
      (String(status), ["description": status == 201 ? "Created" : status == 202 ? "Accepted" : "OK", "content": content(answer)])
    }
    var json: JSONObject = [
      "description": .string("\(operation.action) \(kind.kind)\(subresource.isEmpty ? "" : ", its \(subresource.lowercased())")"),
      "operationId": .string("\(operation.action)\(scope)\(kind.kind)\(kind.version)\(subresource)\(suffix)"),
      "tags": [.string(kind.tag)],
      "responses": .object(JSONObject(responses)),
      "x-kubernetes-action": .string(operation.action),
      "x-kubernetes-group-version-kind": OpenAPIDocument.groupVersionKind(kind.kind, kind),
    ]
    json["parameters"] = operation.parameters.isEmpty ? nil : .array(operation.parameters)
    switch operation.body {
    case .none: break
    case .object: json["requestBody"] = ["required": true, "content": content(own)]
    case .options: json["requestBody"] = ["content": content(OpenAPIDocument.reference(OpenAPIMeta.deleteOptionsName))]
    case .patch:
      let anything: JSONValue = ["schema": OpenAPIDocument.reference(OpenAPIMeta.patchName)]
      json["requestBody"] = [
        "required": true,
        "content": [
          "application/json-patch+json": anything, "application/merge-patch+json": anything, "application/apply-patch+yaml": anything,
        ],
      ]
    }
    return .object(json)
  }

  private static func content(_ schema: JSONValue) -> JSONValue {
    ["application/json": ["schema": schema], "application/yaml": ["schema": schema]]
  }
}
