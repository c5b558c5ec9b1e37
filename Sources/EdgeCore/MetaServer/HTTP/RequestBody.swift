package import JSON
import YAML

/// The body of a writing request, by its content type.
package enum RequestBody {
  /// Bytes that a body may have.
  package static let maximumBytes = 3 << 20

  /// What a body says to do.
  package enum Content: Sendable {
    case object(JSONValue)
    case mergePatch(JSONValue)
    case jsonPatch(JSONValue)
  }

  /// Reads a body.
  ///
  /// - Parameter takesStrategic: Whether a strategic merge patch is taken, as a merge patch: for kinds without lists that it would
  ///   treat otherwise.
  /// - Throws: ``APIStatus`` 415 for a content type that isn't served, 400 for a body that isn't what it says.
  package static func decode(
    _ bytes: [UInt8], contentType: String?, isPatch: Bool, takesStrategic: Bool = false
  ) throws(APIStatus) -> Content {
    let type = (contentType ?? "").prefix { $0 != ";" }.lowercased()
    switch (type, isPatch) {
    case ("application/json", false): return .object(try json(bytes))
    case ("application/yaml", false): return .object(try yaml(bytes))
    case ("application/merge-patch+json", true): return .mergePatch(try json(bytes))
    case ("application/strategic-merge-patch+json", true) where takesStrategic: return .mergePatch(try json(bytes))
    case ("application/json-patch+json", true): return .jsonPatch(try json(bytes))
    case (_, true):
      throw APIStatus(
        415, "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json"
      )
    case (_, false):
      throw APIStatus(
        415, "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml")
    }
  }

  /// Reads a body that need not be there, a delete's options.
  package static func decodeOptions(_ bytes: [UInt8]) throws(APIStatus) -> JSONValue {
    bytes.isEmpty ? [:] : try json(bytes)
  }

  private static func json(_ bytes: [UInt8]) throws(APIStatus) -> JSONValue {
    do {
      return try JSONValue(parsing: bytes)
    } catch {
      throw .badRequest("the body is not JSON: \(error)")
    }
  }

  private static func yaml(_ bytes: [UInt8]) throws(APIStatus) -> JSONValue {
    do {
      let documents = try YAMLDocument.parseAll(bytes, file: "body")
      guard let first = documents.first else { throw APIStatus.badRequest("the body is empty") }
      return first.value
    } catch let status as APIStatus {
      throw status
    } catch {
      throw .badRequest("the body is not YAML: \(error)")
    }
  }
}
