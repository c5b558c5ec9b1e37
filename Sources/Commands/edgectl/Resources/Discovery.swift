import APIClient
import JSON

/// Finds out what the server serves, asking for no more than a command needs.
actor Discovery {
  private let client: APIClient
  private var lists: [String: [ResourceType]] = [:]

  init(client: APIClient) { self.client = client }

  /// The type that a user means by `name`, for instance `devices` or `devices.v1alpha2.devices.kubeedge.io`.
  func type(named name: String) async throws -> ResourceType {
    // Almost always it is one of these; the others are asked only when it isn't.
    for path in try await ["/apis/\(devicesGroup)/\(preferredDevicesVersion())", "/api/v1"] {
      if let type = try await types(path).first(where: { $0.isNamed(name) }) { return type }
    }
    if let path = Self.versionedPath(name), let type = try await types(path).first(where: { $0.isNamed(name) }) { return type }
    for path in try await preferredPaths() {
      if let type = try await types(path).first(where: { $0.isNamed(name) }) { return type }
    }
    throw CommandError("the server doesn't have a resource type \"\(name)\"")
  }

  /// The types that a user means by `name`: one, or those of a category like `all`.
  func types(named name: String) async throws -> [ResourceType] {
    do {
      return [try await type(named: name)]
    } catch let error as CommandError {
      let types = try await all().filter { $0.categories.contains(name) && $0.verbs.contains("list") }
      guard !types.isEmpty else { throw error }
      return types
    }
  }

  /// The type of an object in a file.
  func type(apiVersion: String, kind: String) async throws -> ResourceType {
    let path = apiVersion.contains("/") ? "/apis/\(apiVersion)" : "/api/\(apiVersion)"
    if let type = try await types(path).first(where: { $0.kind == kind }) { return type }
    throw CommandError("the server knows no kind \"\(kind)\" in version \"\(apiVersion)\"")
  }

  /// All types, each in its group's preferred version; those of the core group first.
  func all() async throws -> [ResourceType] {
    var all: [ResourceType] = []
    for path in try await ["/api/v1"] + preferredPaths() { all += try await types(path) }
    return all
  }

  private let devicesGroup = "devices.kubeedge.io"

  private func preferredPaths() async throws -> [String] {
    let groups = try await client.get("/apis")["groups"]?.array ?? []
    return groups.compactMap { $0.at("preferredVersion", "groupVersion")?.string }.map { "/apis/\($0)" }
  }

  private func preferredDevicesVersion() async throws -> String {
    let answer = try await client.request("GET", "/apis/\(devicesGroup)")
    return try answer.isSuccess ? answer.json().at("preferredVersion", "version")?.string ?? "v1beta1" : "v1beta1"
  }

  /// Where the types of `NAME.VERSION.GROUP` are listed.
  private static func versionedPath(_ name: String) -> String? {
    let parts = name.split(separator: ".", maxSplits: 2)
    guard parts.count == 3, parts[1].wholeMatch(of: /v[0-9]+((alpha|beta)[0-9]+)?/) != nil else { return nil }
    return "/apis/\(parts[2])/\(parts[1])"
  }

  private func types(_ path: String) async throws -> [ResourceType] {
    if let known = lists[path] { return known }
    let answer = try await client.request("GET", path)
    let types = answer.status == 404 ? [] : ResourceType.types(in: try answer.checked().json())
    lists[path] = types
    return types
  }
}

/// Why a command couldn't be done, as a sentence.
struct CommandError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
