import APIClient
import JSON

/// Reads objects and collections in the form that the printer wants.
struct ObjectReader {
  let client: APIClient
  /// Selectors.
  var query: [(String, String)]
  /// How many objects are asked for at once; 0 for all.
  var chunkSize = 500

  /// An object by its name.
  ///
  /// - Parameter whole: Whether a Table shall have the whole object in its row.
  func object(
    _ type: ResourceType, _ namespace: String?, _ name: String, accept: String, whole: Bool = false
  ) async throws -> JSONValue {
    try await get(type.path(namespace: namespace, name: name), whole ? [("includeObject", "Object")] : [], accept)
  }

  /// A collection, all its pages as one.
  func list(_ type: ResourceType, _ namespace: String?, accept: String, whole: Bool = false) async throws -> JSONValue {
    let path = type.path(namespace: namespace)
    var items = query
    if whole { items.append(("includeObject", "Object")) }
    let pages = try await client.pages(path, query: items, accept: accept, limit: chunkSize)
    Self.show(pages.warnings)
    var document = pages.documents.first ?? [:]
    let member = document["kind"]?.string == "Table" ? "rows" : "items"
    var elements = pages.documents.flatMap { $0[member]?.array ?? [] }
    if pages.documents.count > 1 {
      document["metadata"]?["continue"] = nil
      document["metadata"]?["remainingItemCount"] = nil
    }
    // A server that puts no more than the metadata into its rows is asked for the objects too.
    if whole, elements.contains(where: { $0.at("object", "kind") == "PartialObjectMetadata" }) {
      var objects: [String: JSONValue] = [:]
      for object in try await list(type, namespace, accept: "application/json")["items"]?.array ?? [] { objects[Self.key(object)] = object }
      for index in elements.indices {
        guard let own = elements[index]["object"], let object = objects[Self.key(own)] else { continue }
        elements[index]["object"] = object
      }
    }
    document[member] = .array(elements)
    return document
  }

  private func get(_ path: String, _ query: [(String, String)], _ accept: String) async throws(APIError) -> JSONValue {
    let answer = try await client.request("GET", path, query: query, accept: accept).checked()
    Self.show(answer.warnings)
    return try answer.json()
  }

  private static func show(_ warnings: [String]) {
    for warning in warnings { Output.error.note("Warning: \(DisplayText.safe(warning))") }
  }

  private static func key(_ object: JSONValue) -> String {
    "\(object.at("metadata", "namespace")?.string ?? "")/\(object.at("metadata", "name")?.string ?? "")"
  }
}
