public import JSON

/// The part of an object's metadata that devices need.
public struct ObjectMeta: Sendable, Hashable {
  /// The name, unique in its namespace.
  public var name: String
  /// The namespace; `default` when the object says none.
  public var namespace: String
  /// The identity the server gave the object, different for a later object of the same name.
  public var uid: String?
  /// The server's opaque mark of this revision.
  public var resourceVersion: String?
  /// How often the desired state was changed, counted by the server.
  public var generation: Int64?
  /// When the object was made, RFC 3339.
  public var creationTimestamp: String?
  /// Labels, which selectors match.
  public var labels: [String: String]
  /// Annotations, which nothing matches.
  public var annotations: [String: String]

  /// Metadata from its parts.
  public init(
    name: String, namespace: String = "default", uid: String? = nil, resourceVersion: String? = nil, generation: Int64? = nil,
    creationTimestamp: String? = nil, labels: [String: String] = [:], annotations: [String: String] = [:]
  ) {
    self.name = name
    self.namespace = namespace
    self.uid = uid
    self.resourceVersion = resourceVersion
    self.generation = generation
    self.creationTimestamp = creationTimestamp
    self.labels = labels
    self.annotations = annotations
  }

  /// `namespace/name`, which identifies a device everywhere.
  public var id: String { "\(namespace)/\(name)" }

  /// Reads the `metadata` of an object.
  ///
  /// - Throws: ``DeviceAPIError`` when there is no name.
  public init(decoding object: JSONValue) throws(DeviceAPIError) {
    let metadata = object["metadata"]
    guard let name = metadata?["name"]?.string, !name.isEmpty else {
      throw DeviceAPIError(code: .invalidField, path: "metadata.name", problem: "a name is required")
    }
    let namespace = metadata?["namespace"]?.string ?? ""
    self.init(
      name: name,
      namespace: namespace.isEmpty ? "default" : namespace,
      uid: metadata?["uid"]?.string,
      resourceVersion: metadata?["resourceVersion"]?.string,
      generation: metadata?["generation"]?.integer,
      creationTimestamp: metadata?["creationTimestamp"]?.string,
      labels: metadata?["labels"]?.stringMap ?? [:],
      annotations: metadata?["annotations"]?.stringMap ?? [:])
  }
}

extension JSONValue {
  /// The members of an object that are strings.
  var stringMap: [String: String] {
    var map: [String: String] = [:]
    for (key, value) in object ?? [:] { map[key] = value.string }
    return map
  }
}
