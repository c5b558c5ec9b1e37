public import JSON

extension APIClient {
  /// The kinds of patch a server takes.
  public enum PatchType: String, Sendable {
    /// RFC 7386.
    case merge = "application/merge-patch+json"
    /// RFC 6902.
    case json = "application/json-patch+json"
  }

  /// The path of a collection, or of an object in it.
  ///
  /// - Parameters:
  ///   - group: The API group; empty for the core group.
  ///   - version: Its version, for instance `v1beta1`.
  ///   - resource: The resource's plural name, for instance `devices`.
  ///   - namespace: The namespace; `nil` for all of them, or a resource without namespaces.
  ///   - name: The object's name; `nil` for the collection.
  public static func path(group: String, version: String, resource: String, namespace: String?, name: String? = nil) -> String {
    var path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
    if let namespace { path += "/namespaces/\(namespace)" }
    path += "/\(resource)"
    if let name { path += "/\(name)" }
    return path
  }

  /// Reads an object, or any other document.
  public func get(_ path: String, query: [(String, String)] = []) async throws(APIError) -> JSONValue {
    try await request("GET", path, query: query).checked().json()
  }

  /// Creates an object in the collection at `path` and returns it as the server keeps it.
  @discardableResult
  public func create(_ path: String, _ object: JSONValue, query: [(String, String)] = []) async throws(APIError) -> JSONValue {
    try await request("POST", path, query: query, body: object).checked().json()
  }

  /// Replaces the object at `path` and returns it as the server keeps it.
  ///
  /// With a `metadata.resourceVersion` the server refuses (409) when the object has changed since.
  @discardableResult
  public func replace(_ path: String, _ object: JSONValue, query: [(String, String)] = []) async throws(APIError) -> JSONValue {
    try await request("PUT", path, query: query, body: object).checked().json()
  }

  /// Patches the object at `path` and returns it as the server keeps it.
  @discardableResult
  public func patch(
    _ path: String, _ patch: JSONValue, type: PatchType = .merge, query: [(String, String)] = []
  ) async throws(APIError) -> JSONValue {
    try await request("PATCH", path, query: query, body: patch, contentType: type.rawValue).checked().json()
  }

  /// Deletes the object at `path` and returns what the server says to it: the object or a `Status`.
  @discardableResult
  public func delete(_ path: String, query: [(String, String)] = []) async throws(APIError) -> JSONValue {
    try await request("DELETE", path, query: query, body: ["propagationPolicy": "Background"]).checked().json()
  }
}
