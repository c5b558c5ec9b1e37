import APIClient
import JSON

/// Finds out what the server serves, asking for no more than a command needs.
actor Discovery {
  private let client: APIClient
  private var lists: [String: [ResourceType]] = [:]

  init(client: APIClient) { self.client = client }

  /// The type that a user means by `name`, for instance `devices`.
  func type(named name: String) async throws -> ResourceType {
    // Almost always it is one of these; the others are asked only when it isn't.
    for path in try await ["/apis/\(devicesGroup)/\(preferredDevicesVersion())", "/api/v1"] {
      if let type = try await types(path).first(where: { $0.isNamed(name) }) { return type }
    }
    let groups = try await client.get("/apis")["groups"]?.array ?? []
    for group in groups {
      guard let version = group.at("preferredVersion", "groupVersion")?.string else { continue }
      if let type = try await types("/apis/\(version)").first(where: { $0.isNamed(name) }) { return type }
    }
    throw CommandError("the server doesn't have a resource type \"\(name)\"")
  }

  /// The type of an object in a file.
  func type(apiVersion: String, kind: String) async throws -> ResourceType {
    let path = apiVersion.contains("/") ? "/apis/\(apiVersion)" : "/api/\(apiVersion)"
    if let type = try await types(path).first(where: { $0.kind == kind }) { return type }
    throw CommandError("the server knows no kind \"\(kind)\" in version \"\(apiVersion)\"")
  }

  private let devicesGroup = "devices.kubeedge.io"

  private func preferredDevicesVersion() async throws -> String {
    let answer = try await client.request("GET", "/apis/\(devicesGroup)")
    return try answer.isSuccess ? answer.json().at("preferredVersion", "version")?.string ?? "v1beta1" : "v1beta1"
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
