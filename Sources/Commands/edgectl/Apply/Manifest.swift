import APIClient
import JSON
import YAML

/// An object in a file, with the places of its fields.
struct Manifest: Sendable {
  let file: String
  let positions: YAMLPositions
  let apiVersion: String
  let kind: String
  let name: String
  let namespace: String?
  /// The object as written.
  let object: JSONValue

  /// The objects of one document: itself, or the items of a `List`; and what is wrong with those that are none.
  static func manifests(in document: YAMLDocument, file: String) -> (manifests: [Manifest], problems: [ManifestProblem]) {
    var manifests: [Manifest] = []
    var problems: [ManifestProblem] = []
    for (value, prefix) in objects(in: document.value) {
      do {
        manifests.append(try Manifest(value, file: file, positions: document.positions, prefix: prefix))
      } catch {
        problems.append(error)
      }
    }
    return (manifests, problems)
  }

  /// The objects that a document has, with their paths in it.
  static func objects(in document: JSONValue) -> [(value: JSONValue, prefix: String)] {
    guard document["kind"]?.string?.hasSuffix("List") == true, let items = document["items"]?.array else { return [(document, "")] }
    return items.enumerated().map { ($0.element, "items[\($0.offset)]") }
  }

  /// The path of this object in its document: empty, or an item of a list.
  private let prefix: String

  private init(_ value: JSONValue, file: String, positions: YAMLPositions, prefix: String) throws(ManifestProblem) {
    func required(_ value: JSONValue?, _ path: String) throws(ManifestProblem) -> String {
      if let text = value?.string, !text.isEmpty { return text }
      let isMissing = value == nil || value?.string == ""
      throw ManifestProblem(
        file: file, positions.position(of: prefix.isEmpty ? path : "\(prefix).\(path)"),
        "\(path) \(isMissing ? "is missing" : "has to be a string")", field: path,
        reason: isMissing ? "FieldValueRequired" : "FieldValueTypeInvalid")
    }
    guard value.object != nil else {
      throw ManifestProblem(file: file, positions.position(of: prefix), "expected an object with apiVersion, kind and metadata")
    }
    self.file = file
    self.positions = positions
    self.prefix = prefix
    apiVersion = try required(value["apiVersion"], "apiVersion")
    kind = try required(value["kind"], "kind")
    name = try required(value.at("metadata", "name"), "metadata.name")
    // An empty one is none, as it is to an API server.
    if let given = value.at("metadata", "namespace"), given != "", !given.isNull {
      namespace = try required(value.at("metadata", "namespace"), "metadata.namespace")
    } else {
      namespace = nil
    }
    object = value
    for (path, part) in [("metadata.name", name), ("metadata.namespace", namespace ?? "default")]
    where part == "." || part == ".." || part.contains("/") {
      throw ManifestProblem(
        file: file, position(of: path), "'\(part)' can't be a name", field: path, reason: "FieldValueInvalid")
    }
  }

  /// The place of a field; one that isn't there has the place of what it would stand in.
  func position(of path: String) -> YAMLPositions.Position {
    let path = plainPath(path)
    return positions.position(of: prefix.isEmpty ? path : path.isEmpty ? prefix : "\(prefix).\(path)")
  }

  /// Whether the object has a field.
  func contains(_ path: String) -> Bool {
    let path = plainPath(path)
    return positions.contains(prefix.isEmpty ? path : "\(prefix).\(path)")
  }

  /// The path with numbers for what server-side apply names by a key: `.spec.properties[name="a"].type`.
  private func plainPath(_ path: String) -> String {
    var path = path.hasPrefix(".") ? String(path.dropFirst()) : path
    while let match = path.firstMatch(of: /\[([A-Za-z0-9_]+)="([^"]*)"\]/) {
      var list: JSONValue? = object
      for step in path[..<match.range.lowerBound].split(whereSeparator: { ".[]".contains($0) }) {
        list = Int(step).flatMap { list?[$0] } ?? list?[String(step)]
      }
      let index = list?.array?.firstIndex { $0[String(match.1)]?.string == String(match.2) }
      guard let index else { return String(path[..<match.range.lowerBound]) }
      path.replaceSubrange(match.range, with: "[\(index)]")
    }
    return path
  }

  /// A problem with a field of this object.
  func problem(_ field: String, _ text: String, severity: ManifestProblem.Severity = .error, reason: String = "") -> ManifestProblem {
    ManifestProblem(file: file, position(of: field), text, severity: severity, field: plainPath(field), reason: reason)
  }

  /// What the server found wrong, at the places in the file.
  func problems(_ error: APIError) -> [ManifestProblem] {
    // Of a patch the server says that it is the patch in which such a field is.
    let causes = error.causes.filter { !$0.field.isEmpty && !($0.field == "patch" && $0.message.contains("strict decoding error")) }
    if causes.isEmpty {
      let fields = Self.strictFields(error.message)
      if fields.isEmpty { return [ManifestProblem(file: file, position(of: ""), error.message, reason: error.reason ?? "")] }
      return fields.map { ManifestProblem(file: file, position(of: $0.path), "\($0.problem) \"\($0.path)\"") }
    }
    return causes.map { problem($0.field, $0.message, reason: $0.reason) }
  }

  /// The fields in Kubernetes' answer to a strict request, which tells them in its message:
  /// `strict decoding error: unknown field "spec.a", duplicate field "spec.b"`.
  private static func strictFields(_ message: String) -> [(problem: String, path: String)] {
    guard let start = message.firstRange(of: "strict decoding error: ") else { return [] }
    return message[start.upperBound...].matches(of: /(unknown field|duplicate field) "([^"]+)"/).map { (String($0.1), String($0.2)) }
  }
}
