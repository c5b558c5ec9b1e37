package import DeviceAPI
package import JSON

/// What the server says of itself: the groups, versions and kinds it serves.
package struct DiscoveryDocuments: Sendable {
  private let kinds: [ObjectKind]

  package init(kinds: [ObjectKind]) { self.kinds = kinds }

  /// The document at a path, or `nil` when there is none.
  ///
  /// - Parameters:
  ///   - isAggregated: Whether the client takes everything in one document
  ///     (`apidiscovery.k8s.io/v2`), which spares it a request for each group and version.
  ///   - drivers: What drivers say of the configurations they expect.
  package func document(at path: String, isAggregated: Bool, drivers: [DriverSchemaDocument] = []) -> JSONValue? {
    switch path {
    case "/":
      [
        "paths": .array(
          ["/api", "/api/v1", "/apis", "/apis/\(APIVersion.group)", "/livez", "/metrics", "/openapi/v3", "/readyz", "/version"].map(
            JSONValue.string))
      ]
    case "/version": Self.version
    case "/api":
      isAggregated ? aggregated(Self.core) : ["kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []]
    case "/apis":
      isAggregated ? aggregated(Self.devices) : ["kind": "APIGroupList", "apiVersion": "v1", "groups": [group]]
    case "/apis/\(APIVersion.group)": group.with("kind", "APIGroup").with("apiVersion", "v1")
    case "/openapi/v3": openAPIIndex(drivers)
    default:
      Self.versions.first { path == "/\(root($0))" }.map(resources)
        ?? Self.versions.first { path == "/openapi/v3/\(root($0))" }.map { openAPI($0, drivers) }
    }
  }

  private static let core: [ObjectVersion] = [.v1]
  /// Preferred first.
  private static let devices: [ObjectVersion] = [.v1beta1, .v1alpha2]
  private static let versions = core + devices
  private static let statusVerbs: JSONValue = ["get", "patch", "update"]

  private func kinds(of version: ObjectVersion) -> [ObjectKind] { kinds.filter { $0.versions.contains(version) } }

  private func root(_ version: ObjectVersion) -> String {
    version.devices == nil ? "api/\(version.groupVersion)" : "apis/\(version.groupVersion)"
  }

  private func subresources(_ kind: ObjectKind, _ version: ObjectVersion) -> [(name: String, kind: String, verbs: JSONValue)] {
    kind.subresources(in: version).map { name in
      name == DeviceHistory.subresource ? (name, DeviceHistory.kind, ["get"]) : (name, kind.rawValue, Self.statusVerbs)
    }
  }

  /// The Kubernetes whose API this is; clients choose what they send by it.
  private static var version: JSONValue {
    [
      "major": "1", "minor": "36", "gitVersion": .string("v1.36.0+swiftlet-\(SwiftletVersion.text)"), "gitCommit": "",
      "gitTreeState": "clean",
      "buildDate": "", "goVersion": "", "compiler": "swiftc", "platform": .string("linux/\(ObjectWriter.architecture)"),
    ]
  }

  private var group: JSONValue {
    let versions = Self.devices.map { version -> JSONValue in
      ["groupVersion": .string(version.groupVersion), "version": .string(version.rawValue)]
    }
    return ["name": .string(APIVersion.group), "versions": .array(versions), "preferredVersion": versions[0]]
  }

  private func resources(_ version: ObjectVersion) -> JSONValue {
    let resources = kinds(of: version).flatMap { kind -> [JSONValue] in
      var resource: JSONValue = [
        "name": .string(kind.plural), "singularName": .string(kind.singular), "namespaced": .bool(kind.isNamespaced),
        "kind": .string(kind.rawValue), "verbs": .array(kind.definition.verbs.map(JSONValue.string)),
      ]
      if !kind.definition.categories.isEmpty { resource["categories"] = .array(kind.definition.categories.map(JSONValue.string)) }
      if !kind.shortNames.isEmpty { resource["shortNames"] = .array(kind.shortNames.map(JSONValue.string)) }
      return [resource]
        + subresources(kind, version).map { subresource -> JSONValue in
          [
            "name": .string("\(kind.plural)/\(subresource.name)"), "singularName": "", "namespaced": .bool(kind.isNamespaced),
            "kind": .string(subresource.kind), "verbs": subresource.verbs,
          ]
        }
    }
    return [
      "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(version.groupVersion), "resources": .array(resources),
    ]
  }

  /// One group, all its versions and kinds.
  private func aggregated(_ versions: [ObjectVersion]) -> JSONValue {
    let group = versions[0].devices == nil ? "" : APIVersion.group
    let entries = versions.map { version -> JSONValue in
      let resources = kinds(of: version).map { kind -> JSONValue in
        let responseKind: JSONValue = [
          "group": .string(group), "version": .string(version.rawValue), "kind": .string(kind.rawValue),
        ]
        var resource: JSONValue = [
          "resource": .string(kind.plural), "responseKind": responseKind, "scope": kind.isNamespaced ? "Namespaced" : "Cluster",
          "singularResource": .string(kind.singular), "verbs": .array(kind.definition.verbs.map(JSONValue.string)),
        ]
        if !kind.definition.categories.isEmpty { resource["categories"] = .array(kind.definition.categories.map(JSONValue.string)) }
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

  private func openAPI(_ version: ObjectVersion, _ drivers: [DriverSchemaDocument]) -> JSONValue {
    let documented = kinds(of: version).compactMap { kind -> OpenAPIKind? in
      guard let schema = kind.definition.schemas[version] else { return nil }
      let prefix = version.devices == nil ? "io.k8s.api.core.v1" : "io.kubeedge.devices.\(version.rawValue)"
      return OpenAPIKind(
        group: kind.group, version: version.rawValue, kind: kind.rawValue, plural: kind.plural, schemaPrefix: prefix, schema: schema,
        isNamespaced: kind.isNamespaced, hasStatus: kind.hasStatus(in: version))
    }
    return OpenAPIDocument.v3(documented, drivers: drivers)
  }

  private func openAPIIndex(_ drivers: [DriverSchemaDocument]) -> JSONValue {
    // Clients keep a document for as long as its address is the same.
    var seal = RowSeal()
    for driver in drivers { seal.add(driver.json.text) }
    let hash = drivers.isEmpty ? SwiftletVersion.text : "\(SwiftletVersion.text)-\(String(UInt64(bitPattern: seal.value), radix: 16))"
    let paths = Self.versions.map { version -> (String, JSONValue) in
      (root(version), ["serverRelativeURL": .string("/openapi/v3/\(root(version))?hash=\(hash)")])
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
