public import JSON

/// A CustomResourceDefinition: one of the kinds of `devices.kubeedge.io` as a Kubernetes cluster is told of it.
///
/// Each has one version, so that no conversion is needed: a cluster takes either the files of v1alpha2 or those of v1beta1.
/// They install on Kubernetes 1.20 and later.
public struct CRD: Sendable, Hashable {
  /// The kind.
  public let kind: ResourceKind
  /// The version served.
  public let version: APIVersion
  /// The whole object, to apply as it is.
  public let object: JSONValue

  /// The file it is kept in, as KubeEdge calls it: `devices_v1beta1_device.yaml`.
  public var fileName: String { "devices_\(version.rawValue)_\(kind.singular).yaml" }

  /// The definitions of all kinds that exist in a version, in the order of ``ResourceKind``.
  public static func documents(_ version: APIVersion) -> [CRD] { ResourceKind.allCases.compactMap { CRD($0, version) } }

  /// The definition of a kind; `nil` when the kind doesn't exist in the version.
  public init?(_ kind: ResourceKind, _ version: APIVersion) {
    guard let schema = Schema.of(kind, version) else { return nil }
    self.kind = kind
    self.version = version
    var served: JSONValue = [
      "name": .string(version.rawValue), "served": true, "storage": true,
      "schema": ["openAPIV3Schema": schema.crdSchema],
      "additionalPrinterColumns": .array(CRDColumn.columns(kind, version).map(\.json)),
    ]
    // v1alpha2 has its desired values in the status, where a subresource would keep the device's author from them.
    if version != .v1alpha2, schema.member("status") != nil { served["subresources"] = ["status": [:]] }
    object = [
      "apiVersion": "apiextensions.k8s.io/v1",
      "kind": "CustomResourceDefinition",
      "metadata": ["name": .string("\(kind.plural).\(APIVersion.group)")],
      "spec": [
        "group": .string(APIVersion.group),
        "scope": "Namespaced",
        "names": [
          "kind": .string(kind.rawValue), "listKind": .string(kind.listKind), "plural": .string(kind.plural),
          "singular": .string(kind.singular),
        ],
        "conversion": ["strategy": "None"],
        "versions": [served],
      ],
    ]
  }
}

extension Schema {
  /// The schema of a whole object as a CRD says it: Kubernetes knows the fields of `metadata` by itself and takes none.
  fileprivate var crdSchema: JSONValue {
    var json = openAPI
    json["properties"]?["metadata"] = ["type": "object"]
    return json
  }
}
