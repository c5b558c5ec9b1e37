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

  /// The objects of one document: itself, or the items of a `List`.
  ///
  /// - Throws: ``ManifestProblem`` for what every object needs.
  static func manifests(in document: YAMLDocument, file: String) throws(ManifestProblem) -> [Manifest] {
    if let kind = document.value["kind"]?.string, kind.hasSuffix("List"), let items = document.value["items"]?.array {
      var manifests: [Manifest] = []
      for (index, item) in items.enumerated() {
        manifests.append(try Manifest(item, file: file, positions: document.positions, prefix: "items[\(index)]"))
      }
      return manifests
    }
    return [try Manifest(document.value, file: file, positions: document.positions, prefix: "")]
  }

  /// The path of this object in its document: empty, or an item of a list.
  private let prefix: String

  private init(_ value: JSONValue, file: String, positions: YAMLPositions, prefix: String) throws(ManifestProblem) {
    func required(_ value: JSONValue?, _ path: String) throws(ManifestProblem) -> String {
      if let text = value?.string, !text.isEmpty { return text }
      let problem = value == nil || value?.string == "" ? "\(path) is missing" : "\(path) has to be a string"
      throw ManifestProblem(file: file, positions.position(of: prefix.isEmpty ? path : "\(prefix).\(path)"), problem)
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
    if value.at("metadata", "namespace") != nil {
      namespace = try required(value.at("metadata", "namespace"), "metadata.namespace")
    } else {
      namespace = nil
    }
    object = value
    for (path, part) in [("metadata.name", name), ("metadata.namespace", namespace ?? "default")]
    where part == "." || part == ".." || part.contains("/") {
      throw ManifestProblem(file: file, position(of: path), "\(path): '\(part)' can't be a name")
    }
  }

  /// The place of a field.
  func position(of path: String) -> YAMLPositions.Position {
    positions.position(of: prefix.isEmpty ? path : path.isEmpty ? prefix : "\(prefix).\(path)")
  }

  /// What the server found wrong, at the places in the file.
  func problems(_ error: APIError) -> [ManifestProblem] {
    let causes = error.causes.filter { !$0.field.isEmpty }
    if causes.isEmpty {
      let fields = Self.strictFields(error.message)
      if fields.isEmpty { return [ManifestProblem(file: file, position(of: ""), error.message)] }
      return fields.map { ManifestProblem(file: file, position(of: $0.path), "\($0.problem) \"\($0.path)\"") }
    }
    return causes.map { ManifestProblem(file: file, position(of: $0.field), "\($0.field): \($0.message)") }
  }

  /// The fields in Kubernetes' answer to a strict request, which tells them in its message alone:
  /// `strict decoding error: unknown field "spec.a", duplicate field "spec.b"`.
  private static func strictFields(_ message: String) -> [(problem: String, path: String)] {
    guard let start = message.firstRange(of: "strict decoding error: ") else { return [] }
    return message[start.upperBound...].matches(of: /(unknown field|duplicate field) "([^"]+)"/).map { (String($0.1), String($0.2)) }
  }
}

/// Something wrong at a place in a file.
struct ManifestProblem: Error, Hashable, CustomStringConvertible {
  let file: String
  let line: Int
  let column: Int
  let problem: String

  init(file: String, _ position: YAMLPositions.Position, _ problem: String) {
    self.init(file: file, line: position.line, column: position.column, problem)
  }

  init(file: String, line: Int, column: Int, _ problem: String) {
    self.file = file
    self.line = line
    self.column = column
    self.problem = problem
  }

  /// The form that editors jump to.
  var description: String { "\(file):\(line):\(column): \(problem)" }
}
