import DeviceAPI
import EdgeCore
import Foundation
import JSON
import TestSupport

/// The kinds that the recordings were made with, beside KubeEdge's: one with a rule of each sort, one without a schema.
enum RecordedKinds {
  static func load() throws -> [ObjectKind] {
    try KubernetesVectors.read("kinds").map(kind)
  }

  private static func kind(_ json: JSONValue) throws -> ObjectKind {
    let versions = try (json["versions"]?.object ?? [:]).map { name, version in
      guard let key = ObjectVersion(rawValue: name) else { throw TestSupportError("no version \(name)") }
      return (key: key, version: version)
    }
    let schema = try Schema(openAPI: json["schema"] ?? [:], isResource: true, checksPatterns: true)
    let columns = json["columns"]?.array ?? []
    return ObjectKind(
      ResourceDefinition(
        kind: json["kind"]?.string ?? "", plural: json["plural"]?.string,
        shortNames: json["shortNames"]?.array?.compactMap(\.string) ?? [],
        categories: json["categories"]?.array?.compactMap(\.string) ?? [], isNamespaced: json["namespaced"] == true,
        schemas: versions.count == 1 ? [.v1beta1: schema] : [.v1beta1: schema, .v1alpha2: schema],
        statusVersions: Set(versions.filter { $0.version["status"] == true }.map(\.key)),
        deprecations: Dictionary(
          uniqueKeysWithValues: versions.compactMap { version in
            version.version["warning"]?.string.map { (version.key, $0) }
          }),
        columns: columns.map(column)))
  }

  private static func column(_ json: JSONValue) -> ResourceDefinition.Column {
    let path = json["jsonPath"]?.string ?? ""
    return ResourceDefinition.Column(
      json["name"]?.string ?? "", type: json["type"]?.string ?? "string", isWide: json["priority"] == 1,
      json["description"]?.string ?? ""
    ) { value(at: path, in: $0) }
  }

  /// The first value at a path such as `.a.b`, `.a[*]` or `.a[?(@.b=="c")].d`.
  private static func value(at path: String, in object: JSONValue) -> JSONValue? {
    var values = [object]
    for level in path.split(separator: #/\.(?![^(]*\))/#) {
      let name = level.prefix { $0 != "[" }
      values = values.compactMap { $0[String(name)] }
      guard let bracket = level.firstIndex(of: "[") else { continue }
      values = values.flatMap { $0.array ?? [] }
      guard let match = level[bracket...].firstMatch(of: #/@\.(\w+)=="(\w+)"/#) else { continue }
      values = values.filter { $0[String(match.1)] == .string(String(match.2)) }
    }
    return values.first
  }
}
