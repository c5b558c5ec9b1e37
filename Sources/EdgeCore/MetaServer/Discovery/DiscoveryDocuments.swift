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
          ["/api", "/apis", "/apis/\(APIVersion.group)", "/livez", "/openapi/v3", "/readyz", "/version"].map(JSONValue.string))
      ]
    case "/version": version
    case "/api":
      isAggregated
        ? ["kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": [:], "items": []]
        // No `v1` here: a client takes an empty group version for a broken server.
        : ["kind": "APIVersions", "versions": [], "serverAddressByClientCIDRs": []]
    case "/apis":
      isAggregated
        ? aggregated : ["kind": "APIGroupList", "apiVersion": "v1", "groups": [group]]
    case "/apis/\(APIVersion.group)": group.with("kind", "APIGroup").with("apiVersion", "v1")
    case "/openapi/v3": openAPIIndex
    default:
      versions.first { path == "/apis/\($0.groupVersion)" }.map(resources)
        ?? versions.first { path == "/openapi/v3/apis/\($0.groupVersion)" }.map(OpenAPIDocument.v3)
    }
  }

  /// Preferred first.
  private static let versions: [APIVersion] = [.v1beta1, .v1alpha2]
  private static let kinds: [ResourceKind] = [.device, .deviceModel]
  private static let verbs: JSONValue = ["create", "delete", "get", "list", "patch", "update", "watch"]

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
    let versions = versions.map { version -> JSONValue in
      ["groupVersion": .string(version.groupVersion), "version": .string(version.rawValue)]
    }
    return ["name": .string(APIVersion.group), "versions": .array(versions), "preferredVersion": versions[0]]
  }

  private static func resources(_ version: APIVersion) -> JSONValue {
    let resources = kinds.flatMap { kind -> [JSONValue] in
      let resource: JSONValue = [
        "name": .string(kind.plural), "singularName": .string(kind.singular), "namespaced": true, "kind": .string(kind.rawValue),
        "verbs": verbs,
      ]
      guard kind == .device, version == .v1beta1 else { return [resource] }
      let status: JSONValue = [
        "name": .string("\(kind.plural)/status"), "singularName": "", "namespaced": true, "kind": .string(kind.rawValue),
        "verbs": ["get", "patch", "update"],
      ]
      return [resource, status]
    }
    return [
      "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(version.groupVersion), "resources": .array(resources),
    ]
  }

  private static var aggregated: JSONValue {
    let entries = versions.map { version -> JSONValue in
      let resources = kinds.map { kind -> JSONValue in
        let responseKind: JSONValue = [
          "group": .string(APIVersion.group), "version": .string(version.rawValue), "kind": .string(kind.rawValue),
        ]
        var resource: JSONValue = [
          "resource": .string(kind.plural), "responseKind": responseKind, "scope": "Namespaced",
          "singularResource": .string(kind.singular), "verbs": verbs,
        ]
        if kind == .device, version == .v1beta1 {
          resource["subresources"] = [
            ["subresource": "status", "responseKind": responseKind, "verbs": ["get", "patch", "update"]]
          ]
        }
        return resource
      }
      return ["version": .string(version.rawValue), "freshness": "Current", "resources": .array(resources)]
    }
    return [
      "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": [:],
      "items": [["metadata": ["name": .string(APIVersion.group)], "versions": .array(entries)]],
    ]
  }

  private static var openAPIIndex: JSONValue {
    let paths = versions.map { version -> (String, JSONValue) in
      let path = "apis/\(version.groupVersion)"
      return (path, ["serverRelativeURL": .string("/openapi/v3/\(path)?hash=\(SwiftletVersion.text)")])
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
