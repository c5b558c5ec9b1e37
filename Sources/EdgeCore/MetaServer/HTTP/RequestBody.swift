import DeviceAPI
package import JSON
import YAML

/// The body of a writing request, by its content type.
package enum RequestBody {
  /// How deep arrays and objects may nest in a body, and in what a patch makes: as deep as in YAML. What the server adds nests
  /// deeper, and has to be readable again.
  package static let maximumDepth = YAMLLimits().maximumDepth

  /// What a body says to do.
  package enum Content: Sendable {
    case object(JSONValue)
    case mergePatch(JSONValue)
    case strategicPatch(JSONValue)
    case jsonPatch(JSONValue)
    /// What a server-side apply wants.
    case apply(JSONValue)
  }

  /// Reads a body.
  ///
  /// - Parameters:
  ///   - takesStrategic: Whether a strategic merge patch is taken: for kinds of the core group, of which kubectl knows the lists.
  ///   - duplicates: Gets where a JSON body has a field more than once.
  /// - Throws: ``APIStatus`` 415 for a content type that isn't served, 400 for a body that isn't what it says.
  package static func decode(
    _ bytes: [UInt8], contentType: String?, isPatch: Bool, takesStrategic: Bool = false, duplicates: inout [String]
  ) throws(APIStatus) -> Content {
    let type = (contentType ?? "").prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
    switch (type, isPatch) {
    case ("application/json", false), ("", false): return .object(try json(bytes, &duplicates))
    case ("application/yaml", false): return .object(try yaml(bytes))
    case ("application/vnd.kubernetes.protobuf", false): return .object(try ProtobufBody.object(bytes))
    case ("application/merge-patch+json", true): return .mergePatch(try json(bytes, &duplicates))
    case ("application/strategic-merge-patch+json", true) where takesStrategic: return .strategicPatch(try json(bytes, &duplicates))
    case ("application/json-patch+json", true): return .jsonPatch(try json(bytes, &duplicates))
    case ("application/apply-patch+yaml", true): return .apply(try yaml(bytes))
    case (_, true):
      throw unsupported(["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"])
    case (_, false): throw unsupported(["application/json", "application/yaml"])
    }
  }

  private static func unsupported(_ accepted: [String]) -> APIStatus {
    APIStatus(
      415, "UnsupportedMediaType",
      "the body of the request was in an unknown format - accepted media types include: \(accepted.joined(separator: ", "))")
  }

  /// Reads a body that need not be there, a delete's options.
  package static func decodeOptions(_ bytes: [UInt8], contentType: String?) throws(APIStatus) -> JSONValue {
    if bytes.isEmpty { return [:] }
    var duplicates: [String] = []
    guard case .object(let options) = try decode(bytes, contentType: contentType, isPatch: false, duplicates: &duplicates) else {
      return [:]
    }
    return options
  }

  /// The object, which has to say of itself what it is before anything else of it can be looked at.
  ///
  /// Of the core group's kinds the path says enough: clients that have a type for each leave it out of the body.
  package static func headed(_ body: JSONValue, _ kind: ObjectKind, _ version: ObjectVersion) throws(APIStatus) -> JSONValue {
    func refused(_ problem: String) -> APIStatus {
      .badRequest("\(kind.rawValue) in version \"\(version.rawValue)\" cannot be handled as a \(kind.rawValue): \(problem)")
    }
    guard body.object != nil else { throw refused("the body is \(body.kind), not an object") }
    var body = body
    for (field, own) in [("apiVersion", version.groupVersion), ("kind", kind.rawValue)] {
      if kind.group.isEmpty, body[field] == nil || body[field]?.isNull == true || body[field] == "" { body[field] = .string(own) }
      guard let value = body[field], !value.isNull, value != "" else { throw refused("\(field) is missing") }
      guard value.string != nil else { throw refused("\(field) is \(value.kind), not a string") }
    }
    if let given = body["apiVersion"]?.string, given != version.groupVersion {
      throw .badRequest(
        "the API version in the data (\(given.prefix(128))) does not match the expected API version (\(version.groupVersion))")
    }
    if let given = body["kind"]?.string, given != kind.rawValue {
      throw .invalid(
        kind, body.at("metadata", "name")?.string ?? "",
        [FieldError(path: "kind", kind: .invalid, value: "\"\(given.prefix(64))\"", detail: "must be \(kind.rawValue)")])
    }
    guard let metadata = body["metadata"], !metadata.isNull else { return body }
    guard metadata.object != nil else { throw refused("metadata is \(metadata.kind), not an object") }
    for field in ["name", "generateName", "namespace", "resourceVersion", "uid"] {
      guard let value = metadata[field], !value.isNull, value.string == nil else { continue }
      throw refused("metadata.\(field) is \(value.kind), not a string")
    }
    return body
  }

  private static func json(_ bytes: [UInt8], _ duplicates: inout [String]) throws(APIStatus) -> JSONValue {
    do {
      let (value, found) = try JSONValue.parsingDuplicates(bytes, maximumDepth: maximumDepth)
      duplicates = found
      return value
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
