import APIClient
import JSON

/// A kind of object that the server serves, as its discovery tells.
struct ResourceType: Sendable, Hashable {
  var group: String
  var version: String
  var plural: String
  var singular: String
  var kind: String
  var shortNames: [String]
  var isNamespaced: Bool
  var verbs: [String] = []
  /// Names that stand for several types, for instance `all`.
  var categories: [String] = []

  /// Group and version as an object's `apiVersion` says them.
  var groupVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

  /// The path of the collection or of an object.
  func path(namespace: String?, name: String? = nil) -> String {
    APIClient.path(group: group, version: version, resource: plural, namespace: isNamespaced ? namespace : nil, name: name)
  }

  /// How kubectl names the resource in what it prints: `device.devices.kubeedge.io`.
  var qualifiedName: String { group.isEmpty ? singular : "\(singular).\(group)" }

  /// Whether a user means this by `name`: the plural, singular or a short name, whole or with the group, or with version and group.
  func isNamed(_ name: String) -> Bool {
    let name = name.lowercased()
    return ([plural, singular] + shortNames).contains { own in
      name == own || !group.isEmpty && (name == "\(own).\(group)" || name == "\(own).\(version).\(group)")
    }
  }

  /// The types in an `APIResourceList`; subresources are left out.
  static func types(in list: JSONValue) -> [ResourceType] {
    let parts = (list["groupVersion"]?.string ?? "").split(separator: "/")
    guard let version = parts.last else { return [] }
    return (list["resources"]?.array ?? []).compactMap { resource in
      guard let plural = resource["name"]?.string, !plural.contains("/"), let kind = resource["kind"]?.string else { return nil }
      let singular = resource["singularName"]?.string ?? ""
      func strings(_ name: String) -> [String] { (resource[name]?.array ?? []).compactMap(\.string) }
      return ResourceType(
        group: parts.count == 2 ? String(parts[0]) : "", version: String(version), plural: plural,
        singular: singular.isEmpty ? kind.lowercased() : singular, kind: kind, shortNames: strings("shortNames"),
        isNamespaced: resource["namespaced"]?.bool ?? false, verbs: strings("verbs"), categories: strings("categories"))
    }
  }
}
