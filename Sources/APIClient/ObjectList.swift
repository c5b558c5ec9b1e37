public import JSON

/// The objects of a collection at one resource version.
public struct ObjectList: Sendable, Hashable {
  /// The objects. Each has its `apiVersion` and `kind`, which a server may leave out inside a list.
  public private(set) var items: [JSONValue]
  /// The version from which a watch sees every later change.
  public let resourceVersion: String

  init(_ document: JSONValue, server: String) throws(APIError) {
    guard let kind = document["kind"]?.string, kind.hasSuffix("List"), let version = document.at("metadata", "resourceVersion")?.string
    else {
      throw APIError(.malformedResponse, server: server, "the API server at \(server) answered with something else than a list")
    }
    // Go's encoder writes an empty list as null.
    items = (document["items"]?.array ?? []).map { item in
      var item = item
      if item["kind"] == nil { item["kind"] = .string(String(kind.dropLast(4))) }
      if item["apiVersion"] == nil { item["apiVersion"] = document["apiVersion"] }
      return item
    }
    resourceVersion = version
  }

  mutating func append(_ page: ObjectList) {
    items += page.items
  }
}
