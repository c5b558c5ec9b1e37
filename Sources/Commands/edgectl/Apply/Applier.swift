import APIClient
import JSON

/// Applies objects one by one, as kubectl's client-side apply does.
struct Applier {
  /// What became of an object.
  struct Outcome: Sendable {
    enum Result: String, Sendable {
      case created, configured, unchanged
    }

    /// The object as kubectl prints it: `device.devices.kubeedge.io/temperature`.
    var name: String
    var result: Result
    var warnings: [String]
  }

  let client: APIClient
  /// The namespace asked for; objects that name another one are refused.
  let namespace: String?
  private let discovery: Discovery

  private let query: [(String, String)]

  /// - Parameter isStrict: Whether the server shall refuse fields that it doesn't know.
  init(client: APIClient, namespace: String?, isStrict: Bool = true) {
    self.client = client
    self.namespace = namespace
    query = [("fieldManager", "edgectl"), ("fieldValidation", isStrict ? "Strict" : "Warn")]
    discovery = Discovery(client: client)
  }

  /// How often a patch is tried when others write to the object at the same time.
  private static let attempts = 5

  /// Creates the object, or patches the one that is there.
  func apply(_ manifest: Manifest) async throws -> Outcome {
    let type = try await discovery.type(apiVersion: manifest.apiVersion, kind: manifest.kind)
    let path = try path(of: manifest, type)
    let name = "\(type.qualifiedName)/\(manifest.name)"
    var document = manifest.object
    if type.isNamespaced {
      var metadata = document["metadata"] ?? [:]
      metadata["namespace"] = .string(manifest.namespace ?? namespace ?? "default")
      document["metadata"] = metadata
    }
    let modified = LastApplied.annotated(document)

    for attempt in 1... {
      let found = try await client.request("GET", path.object)
      if found.status == 404 {
        let made = try await client.request("POST", path.collection, query: query, body: modified)
        // Somebody else created it in between: the next round patches theirs.
        if made.status == 409, attempt < Self.attempts { continue }
        return Outcome(name: name, result: .created, warnings: try made.checked().warnings)
      }
      let current = try found.checked().json()
      let original = LastApplied.document(of: current)
      let patch = MergePatch.threeWay(original: original, modified: modified, current: current)
      if patch.object?.isEmpty == true { return Outcome(name: name, result: .unchanged, warnings: []) }
      let patched = try await client.request(
        "PATCH", path.object, query: query, body: patch, contentType: APIClient.PatchType.merge.rawValue)
      if patched.status == 409, attempt < Self.attempts { continue }
      var warnings = try patched.checked().warnings
      if original == nil {
        warnings.append("\(name) wasn't made by apply: fields that only it has are kept, and apply manages it from now on.")
      }
      let before = current.at("metadata", "resourceVersion")
      let after = try patched.json().at("metadata", "resourceVersion")
      let isSame = before != nil && before == after
      return Outcome(name: name, result: isSame ? .unchanged : .configured, warnings: warnings)
    }
    throw CommandError("others keep changing \(name)")
  }

  /// Deletes the object, whatever its content.
  func delete(_ manifest: Manifest) async throws -> ResourceType {
    let type = try await discovery.type(apiVersion: manifest.apiVersion, kind: manifest.kind)
    try await client.delete(try path(of: manifest, type).object)
    return type
  }

  private func path(of manifest: Manifest, _ type: ResourceType) throws -> (collection: String, object: String) {
    if let own = manifest.namespace, let namespace, own != namespace, type.isNamespaced {
      throw CommandError("the object's namespace is \"\(own)\", the one given with --namespace \"\(namespace)\"")
    }
    let space = manifest.namespace ?? namespace ?? "default"
    return (type.path(namespace: space), type.path(namespace: space, name: manifest.name))
  }
}
