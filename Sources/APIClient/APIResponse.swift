public import JSON

/// An answer of the API server, whatever its status.
public struct APIResponse: Sendable {
  /// The server's address, for errors.
  let server: String
  /// The HTTP status.
  public let status: Int
  /// The headers, in the order they came.
  public let headers: [(name: String, value: String)]
  /// The body.
  public let body: [UInt8]

  /// The first header of this name; case doesn't matter.
  public func header(_ name: String) -> String? {
    let name = name.lowercased()
    return headers.first { $0.name.lowercased() == name }?.value
  }

  /// The texts of the server's `Warning` headers (RFC 9111 `299 - "text"`), as kubectl prints them.
  public var warnings: [String] {
    headers.filter { $0.name.lowercased() == "warning" }.map { Self.warningText($0.value) }
  }

  /// The body as a document.
  ///
  /// - Throws: ``APIError`` with code `malformedResponse` when it isn't JSON.
  public func json() throws(APIError) -> JSONValue {
    do {
      return try JSONValue(parsing: body)
    } catch {
      throw APIError(.malformedResponse, server: server, "the answer of the API server at \(server) is not JSON: \(error)")
    }
  }

  /// Whether the status says success.
  public var isSuccess: Bool { (200..<300).contains(status) }

  /// The error that this answer is when its status doesn't say success.
  public var failure: APIError {
    APIError(server: server, status: status, object: try? JSONValue(parsing: body), text: String(decoding: body, as: UTF8.self))
  }

  /// This answer, if its status says success.
  ///
  /// - Throws: ``APIError`` with code `status` otherwise.
  @discardableResult
  public func checked() throws(APIError) -> APIResponse {
    guard isSuccess else { throw failure }
    return self
  }

  private static func warningText(_ value: String) -> String {
    guard let open = value.firstIndex(of: "\"") else { return value }
    var text = ""
    var isEscaped = false
    for character in value[value.index(after: open)...] {
      if isEscaped {
        text.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        break
      } else {
        text.append(character)
      }
    }
    return text
  }
}
