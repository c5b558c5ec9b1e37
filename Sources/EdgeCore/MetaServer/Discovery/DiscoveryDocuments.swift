import DeviceAPI
package import JSON

/// What the server says of itself: the groups, versions and kinds it serves.
package enum DiscoveryDocuments {
  /// The document at a path, or `nil` when there is none.
  ///
  /// - Parameter isAggregated: Whether the client takes everything in one document
  ///   (`apidiscovery.k8s.io/v2`), which spares it a request for each group and version.
  package static func document(at path: String, isAggregated: Bool) -> JSONValue? {
    switch path {
    case "/":
      [
        "paths": .array(
          ["/api", "/api/v1", "/apis", "/apis/\(APIVersion.group)", "/livez", "/metrics", "/openapi/v3", "/readyz", "/version"].map(
            JSONValue.string))
      ]
    case "/version": version
    case "/api":
      isAggregated ? aggregated(core) : ["kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []]
    case "/apis":
      isAggregated ? aggregated(devices) : ["kind": "APIGroupList", "apiVersion": "v1", "groups": [group]]
    case "/apis/\(APIVersion.group)": group.with("kind", "APIGroup").with("apiVersion", "v1")
    case "/openapi/v3": openAPIIndex
    default:
      versions.first { path == "/\(root($0))" }.map(resources) ?? versions.first { path == "/openapi/v3/\(root($0))" }.map(openAPI)
    }
  }

  private static let core: [ObjectVersion] = [.v1]
  /// Preferred first.
  private static let devices: [ObjectVersion] = [.v1beta1, .v1alpha2]
  private static let versions = core + devices
  private static let verbs: JSONValue = ["create", "delete", "get", "list", "patch", "update", "watch"]
  private static let statusVerbs: JSONValue = ["get", "patch", "update"]

  private static func kinds(of version: ObjectVersion) -> [ObjectKind] {
    ObjectKind.allCases.filter { $0.versions.contains(version) }
  }

  private static func root(_ version: ObjectVersion) -> String {
    version.devices == nil ? "api/\(version.groupVersion)" : "apis/\(version.groupVersion)"
  }

  private static func subresources(_ kind: ObjectKind, _ version: ObjectVersion) -> [(name: String, kind: String, verbs: JSONValue)] {
    guard kind == .device else { return [] }
    let history = (DeviceHistory.subresource, DeviceHistory.kind, JSONValue.array(["get"]))
    return version == .v1beta1 ? [("status", kind.rawValue, statusVerbs), history] : [history]
  }

  /// The Kubernetes whose API this is; clients choose what they send by it.
  private static var version: JSONValue {
    [
      "major": "1", "minor": "34", "gitVersion": .string("v1.34.0+swiftlet-\(SwiftletVersion.text)"), "gitCommit": "",
      "gitTreeState": "clean",
      "buildDate": "", "goVersion": "", "compiler": "swiftc", "platform": .string("linux/\(architecture)"),
    ]
  }

  private static var architecture: String {
    #if arch(arm64)
      "arm64"
    #elseif arch(x86_64)
      "amd64"
    #else
      "unknown"
    #endif
  }

  private static var group: JSONValue {
    let versions = devices.map { version -> JSONValue in
      ["groupVersion": .string(version.groupVersion), "version": .string(version.rawValue)]
    }
    return ["name": .string(APIVersion.group), "versions": .array(versions), "preferredVersion": versions[0]]
  }

  private static func resources(_ version: ObjectVersion) -> JSONValue {
    let resources = kinds(of: version).flatMap { kind -> [JSONValue] in
      var resource: JSONValue = [
        "name": .string(kind.plural), "singularName": .string(kind.singular), "namespaced": true, "kind": .string(kind.rawValue),
        "verbs": verbs,
      ]
      if !kind.shortNames.isEmpty { resource["shortNames"] = .array(kind.shortNames.map(JSONValue.string)) }
      return [resource]
        + subresources(kind, version).map { subresource -> JSONValue in
          [
            "name": .string("\(kind.plural)/\(subresource.name)"), "singularName": "", "namespaced": true,
            "kind": .string(subresource.kind), "verbs": subresource.verbs,
          ]
        }
    }
    return [
      "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(version.groupVersion), "resources": .array(resources),
    ]
  }

  /// One group, all its versions and kinds.
  private static func aggregated(_ versions: [ObjectVersion]) -> JSONValue {
    let group = versions[0].devices == nil ? "" : APIVersion.group
    let entries = versions.map { version -> JSONValue in
      let resources = kinds(of: version).map { kind -> JSONValue in
        let responseKind: JSONValue = [
          "group": .string(group), "version": .string(version.rawValue), "kind": .string(kind.rawValue),
        ]
        var resource: JSONValue = [
          "resource": .string(kind.plural), "responseKind": responseKind, "scope": "Namespaced",
          "singularResource": .string(kind.singular), "verbs": verbs,
        ]
        if !kind.shortNames.isEmpty { resource["shortNames"] = .array(kind.shortNames.map(JSONValue.string)) }
        let subresources = subresources(kind, version).map { subresource -> JSONValue in
          [
            "subresource": .string(subresource.name), "responseKind": responseKind.with("kind", .string(subresource.kind)),
            "verbs": subresource.verbs,
          ]
        }
        if !subresources.isEmpty { resource["subresources"] = .array(subresources) }
        return resource
      }
      return ["version": .string(version.rawValue), "freshness": "Current", "resources": .array(resources)]
    }
    return [
      "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": [:],
      "items": [["metadata": group.isEmpty ? [:] : ["name": .string(group)], "versions": .array(entries)]],
    ]
  }

  private static func openAPI(_ version: ObjectVersion) -> JSONValue {
    if let version = version.devices { return OpenAPIDocument.v3(version) }
    let event = OpenAPIKind(
      group: "", version: version.rawValue, kind: ObjectKind.event.rawValue, plural: ObjectKind.event.plural,
      schemaPrefix: "io.k8s.api.core.v1", schema: .event)
    return OpenAPIDocument.v3([event])
  }

  private static var openAPIIndex: JSONValue {
    let paths = versions.map { version -> (String, JSONValue) in
      (root(version), ["serverRelativeURL": .string("/openapi/v3/\(root(version))?hash=\(SwiftletVersion.text)")])
    }
    return ["paths": .object(JSONObject(paths))]
  }
}

extension JSONValue {
  fileprivate func with(_ key: String, _ value: JSONValue) -> JSONValue {
    var copy = self
    copy[key] = value
    return copy
  }
}
