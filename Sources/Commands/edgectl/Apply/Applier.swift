import APIClient
import JSON

/// Applies objects one by one, as kubectl does.
struct Applier {
  /// What became of an object.
  struct Outcome: Sendable {
    enum Result: String, Sendable {
      case created, configured, unchanged
      case applied = "serverside-applied"
    }

    var type: ResourceType
    /// The object as kubectl prints it: `device.devices.kubeedge.io/temperature`.
    var name: String
    var result: Result
    var warnings: [String]
    /// The object as it is now.
    var object: JSONValue
  }

  let client: APIClient
  /// The namespace asked for; objects that name another one are refused.
  let namespace: String?
  var dryRun = DryRunOption.DryRun.none
  private let discovery: Discovery
  private let options: [(String, String)]

  /// - Parameters:
  ///   - isStrict: Whether the server shall refuse fields that it doesn't know.
  ///   - fieldManager: The name under which the server notes who owns the fields.
  init(client: APIClient, namespace: String?, isStrict: Bool = true, fieldManager: String = "edgectl") {
    self.client = client
    self.namespace = namespace
    options = [("fieldManager", fieldManager), ("fieldValidation", isStrict ? "Strict" : "Warn")]
    discovery = Discovery(client: client)
  }

  /// How often a patch is tried when others write to the object at the same time.
  private static let attempts = 5

  private var query: [(String, String)] { (dryRun == .server ? [("dryRun", "All")] : []) + options }

  /// Creates the object, or patches the one that is there.
  func apply(_ manifest: Manifest) async throws -> Outcome {
    let (type, name, path, document) = try await target(manifest)
    let modified = LastApplied.annotated(document)
    for attempt in 1... {
      let found = try await client.request("GET", path.object)
      if found.status == 404 {
        if dryRun == .client { return Outcome(type: type, name: name, result: .created, warnings: [], object: modified) }
        let made = try await client.request("POST", path.collection, query: query, body: modified)
        // Somebody else created it in between: the next round patches theirs.
        if made.status == 409, attempt < Self.attempts { continue }
        return Outcome(type: type, name: name, result: .created, warnings: try made.checked().warnings, object: try made.json())
      }
      let current = try found.checked().json()
      let original = LastApplied.document(of: current)
      let patch = MergePatch.threeWay(original: original, modified: modified, current: current)
      if patch.object?.isEmpty == true { return Outcome(type: type, name: name, result: .unchanged, warnings: [], object: current) }
      if dryRun == .client {
        return Outcome(type: type, name: name, result: .configured, warnings: [], object: MergePatch.applied(patch, to: current))
      }
      let patched = try await client.request(
        "PATCH", path.object, query: query, body: patch, contentType: APIClient.PatchType.merge.rawValue)
      if patched.status == 409, attempt < Self.attempts { continue }
      var warnings = try patched.checked().warnings
      if original == nil {
        warnings.append("\(name) wasn't made by apply: fields that only it has are kept, and apply manages it from now on.")
      }
      let object = try patched.json()
      let before = current.at("metadata", "resourceVersion")
      let isSame = dryRun == .none && before != nil && before == object.at("metadata", "resourceVersion")
      return Outcome(type: type, name: name, result: isSame ? .unchanged : .configured, warnings: warnings, object: object)
    }
    throw CommandError("others keep changing \(name)")
  }

  /// Has the server merge the object and note the fields as owned.
  ///
  /// - Parameter force: Whether fields that others own are taken over.
  func applyOnServer(_ manifest: Manifest, force: Bool) async throws -> Outcome {
    let (type, name, path, document) = try await target(manifest)
    let answer = try await client.request(
      "PATCH", path.object, query: query + [("force", force ? "true" : "false")], body: document,
      contentType: "application/apply-patch+yaml")
    return Outcome(type: type, name: name, result: .applied, warnings: try answer.checked().warnings, object: try answer.json())
  }

  /// The type of an object and its path.
  func path(of manifest: Manifest) async throws -> (type: ResourceType, collection: String, object: String) {
    let type = try await discovery.type(apiVersion: manifest.apiVersion, kind: manifest.kind)
    if let own = manifest.namespace, let namespace, own != namespace, type.isNamespaced {
      throw CommandError("the object's namespace is \"\(own)\", the one given with --namespace \"\(namespace)\"")
    }
    let space = manifest.namespace ?? namespace ?? "default"
    return (type, type.path(namespace: space), type.path(namespace: space, name: manifest.name))
  }

  private func target(
    _ manifest: Manifest
  ) async throws -> (type: ResourceType, name: String, path: (collection: String, object: String), document: JSONValue) {
    let (type, collection, object) = try await path(of: manifest)
    var document = manifest.object
    if type.isNamespaced {
      var metadata = document["metadata"] ?? [:]
      metadata["namespace"] = .string(manifest.namespace ?? namespace ?? "default")
      document["metadata"] = metadata
    }
    return (type, "\(type.qualifiedName)/\(manifest.name)", (collection, object), document)
  }
}
