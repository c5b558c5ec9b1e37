public import JSON

extension APIClient {
  /// How many objects of a collection are asked for at once: few enough that a page stays far below the longest answer.
  public static let pageSize = 500

  /// Reads a whole collection, page by page.
  ///
  /// - Throws: ``APIError``.
  public func list(_ path: String, query: [(String, String)] = []) async throws(APIError) -> ObjectList {
    var list: ObjectList?
    for page in try await pages(path, query: query).documents {
      let page = try ObjectList(page, server: server)
      if list == nil { list = page } else { list?.append(page) }
    }
    guard let list else { throw .lost(server) }
    return list
  }

  /// Reads a whole collection, and leaves its pages as the server gave them.
  ///
  /// When the server forgets the collection's version before its last page, the collection is read once more from its start.
  ///
  /// - Parameters:
  ///   - path: The collection's path.
  ///   - query: Items of the query of each page.
  ///   - accept: The kinds of answer that are wanted.
  ///   - limit: How many objects are asked for at once; 0 for all.
  /// - Returns: At least one page, and what the server warned of.
  /// - Throws: ``APIError``.
  public func pages(
    _ path: String, query: [(String, String)] = [], accept: String = "application/json", limit: Int = APIClient.pageSize
  ) async throws(APIError) -> (documents: [JSONValue], warnings: [String]) {
    let query = limit > 0 ? query + [("limit", String(limit))] : query
    do throws(APIError) {
      return try await allPages(path, query, accept)
    } catch  where error.isGone {
      return try await allPages(path, query, accept)
    }
  }

  private func allPages(
    _ path: String, _ query: [(String, String)], _ accept: String
  ) async throws(APIError) -> (documents: [JSONValue], warnings: [String]) {
    var documents: [JSONValue] = []
    var warnings: [String] = []
    var token: String?
    repeat {
      let answer = try await request("GET", path, query: query + (token.map { [("continue", $0)] } ?? []), accept: accept).checked()
      let document = try answer.json()
      token = document.at("metadata", "continue")?.string.flatMap { $0.isEmpty ? nil : $0 }
      documents.append(document)
      for warning in answer.warnings where !warnings.contains(warning) { warnings.append(warning) }
    } while token != nil
    return (documents, warnings)
  }
}
