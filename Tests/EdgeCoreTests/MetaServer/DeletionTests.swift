import EdgeCore
import JSON
import TestSupport
import Testing
import TwinProtocol

@Suite("Deletions of owners and of what they own")
struct DeletionTests {
  private static let configMaps = "/api/v1/namespaces/default/configmaps"

  private static func reference(_ name: String, _ uid: String) -> JSONValue {
    ["apiVersion": "v1", "kind": "ConfigMap", "name": .string(name), "uid": .string(uid)]
  }

  private static func configMap(_ name: String, owners: [JSONValue] = [], finalizer: String? = nil) -> JSONValue {
    var object: JSONValue = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)]]
    if !owners.isEmpty { object["metadata"]?["ownerReferences"] = .array(owners) }
    if let finalizer { object["metadata"]?["finalizers"] = [.string(finalizer)] }
    return object
  }

  private func make(_ edge: EdgeFixture, _ name: String, owners: [JSONValue] = [], finalizer: String? = nil) async throws -> JSONValue {
    let answer = try await edge.call("POST", Self.configMaps, Self.configMap(name, owners: owners, finalizer: finalizer))
    #expect(answer.code == 201)
    return Self.reference(name, answer.json.at("metadata", "uid")?.string ?? "")
  }

  private func own(_ edge: EdgeFixture, _ name: String, by owners: [JSONValue]) async throws {
    let patch: JSONValue = ["metadata": ["ownerReferences": .array(owners)]]
    #expect(try await edge.call("PATCH", Self.configMaps + "/" + name, patch).code == 200)
  }

  private func release(_ edge: EdgeFixture, _ name: String) async throws {
    #expect(try await edge.call("PATCH", Self.configMaps + "/" + name, ["metadata": ["finalizers": .null]]).code == 200)
  }

  private func names(_ edge: EdgeFixture) async throws -> [String] {
    (try await edge.call("GET", Self.configMaps).json["items"]?.array ?? []).compactMap { $0.at("metadata", "name")?.string }
  }

  @Test("What owns itself, or its owner, is deleted like anything else", arguments: ["Background", "Foreground", "Orphan"])
  func cycles(policy: String) async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let options: JSONValue = ["propagationPolicy": .string(policy)]
      let alone = try await make(edge, "alone")
      try await own(edge, "alone", by: [alone])
      #expect(try await edge.call("DELETE", Self.configMaps + "/alone", options, query: ["dryRun": "All"]).code == 200)
      #expect(try await edge.call("DELETE", Self.configMaps + "/alone", options).code == 200)

      let first = try await make(edge, "first")
      let second = try await make(edge, "second", owners: [first])
      let third = try await make(edge, "third", owners: [second])
      try await own(edge, "first", by: [third])
      #expect(try await edge.call("DELETE", Self.configMaps + "/first", options).code == 200)
      #expect(try await names(edge) == (policy == "Orphan" ? ["second", "third"] : []))
    }
  }

  @Test("A chain of owners goes as a whole, however long it is", arguments: ["Background", "Foreground"])
  func chain(policy: String) async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let length = 5_000
      let now = edge.clock.now
      _ = try await edge.meta.write { draft in
        for index in 0..<length {
          let key = ObjectKey(kind: .configMap, namespace: "default", name: "c\(index)")
          let owners = index == 0 ? [] : [Self.reference("c\(index - 1)", "uid-\(index - 1)")]
          let content = Self.configMap(key.name, owners: owners)
          _ = draft.put(
            StoredObject(
              key: key, uid: "uid-\(index)", created: now, generation: 1, resourceVersion: 0, version: .v1, content: content))
        }
      }
      #expect(try await edge.call("DELETE", Self.configMaps + "/c0", ["propagationPolicy": .string(policy)]).code == 200)
      #expect(try await names(edge).isEmpty)
    }
  }

  @Test("Deleted in the foreground, an owner waits for what it owns and goes right after it")
  func foreground() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let owner = try await make(edge, "owner")
      _ = try await make(edge, "free", owners: [owner])
      let held = try await make(edge, "held", owners: [owner], finalizer: "example.com/hold")
      _ = try await make(edge, "below", owners: [held])
      let deleted = try await edge.call("DELETE", Self.configMaps + "/owner", ["propagationPolicy": "Foreground"])
      #expect(deleted.json.at("metadata", "finalizers") == ["foregroundDeletion"])
      #expect(deleted.json.at("metadata", "deletionTimestamp") != nil)
      #expect(try await names(edge) == ["held", "owner"])
      #expect(try await edge.call("PATCH", Self.configMaps + "/owner", ["metadata": ["labels": ["a": "b"]]]).code == 200)
      #expect(try await names(edge) == ["held", "owner"])
      try await release(edge, "held")
      #expect(try await names(edge).isEmpty)
    }
  }

  @Test("An owner that somebody holds besides goes when all that it waits for has happened, in whichever order", arguments: [true, false])
  func heldOwner(isOwnerFirst: Bool) async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let owner = try await make(edge, "owner", finalizer: "example.com/hold")
      _ = try await make(edge, "held", owners: [owner], finalizer: "example.com/hold")
      _ = try await edge.call("DELETE", Self.configMaps + "/owner", ["propagationPolicy": "Foreground"])
      let path = Self.configMaps + "/owner"
      if !isOwnerFirst { try await release(edge, "held") }
      let kept = (try await edge.call("GET", path).json.at("metadata", "finalizers")?.array ?? []).filter { $0 != "example.com/hold" }
      #expect(kept == (isOwnerFirst ? ["foregroundDeletion"] : []))
      #expect(try await edge.call("PATCH", path, ["metadata": ["finalizers": .array(kept)]]).code == 200)
      if isOwnerFirst {
        #expect(try await names(edge) == ["held", "owner"])
        try await release(edge, "held")
      }
      #expect(try await names(edge).isEmpty)
    }
  }

  @Test("Deleted in the background, an owner that somebody holds keeps what it owns until it is gone")
  func background() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let owner = try await make(edge, "owner", finalizer: "example.com/hold")
      _ = try await make(edge, "early", owners: [owner])
      #expect(try await edge.call("DELETE", Self.configMaps + "/owner").json["kind"] == "ConfigMap")
      _ = try await make(edge, "late", owners: [owner])
      #expect(try await names(edge) == ["early", "late", "owner"])
      try await release(edge, "owner")
      #expect(try await names(edge).isEmpty)
    }
  }

  @Test("A deletion of what was read is done although the status has moved since, and refused when the object has changed")
  func precondition() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      func options(_ object: JSONValue) -> JSONValue {
        ["preconditions": ["resourceVersion": object.at("metadata", "resourceVersion") ?? .null]]
      }
      let path = Samples.devices + "/boiler"
      let made = try await edge.call("POST", Samples.devices, Samples.device()).json
      #expect(try await edge.call("PATCH", path, ["metadata": ["labels": ["a": "b"]]]).code == 200)
      #expect(try await edge.call("DELETE", path, options(made)).code == 409)
      let read = try await edge.call("GET", path).json
      _ = try await edge.receive(Samples.topic("boiler", .twinUpdate), #"{"twin":{"temperature":{"actual":{"value":"1"}}}}"#)
      #expect(try await edge.call("DELETE", path, options(read)).code == 200)
    }
  }

  @Test("A dry run of a deletion tells no revision that isn't there")
  func dryRun() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await make(edge, "held", finalizer: "example.com/hold")
      _ = try await make(edge, "free")
      let before = try await edge.call("GET", Self.configMaps).json.at("metadata", "resourceVersion")
      let held = try await edge.call("GET", Self.configMaps + "/held").json
      let one = try await edge.call("DELETE", Self.configMaps + "/held", query: ["dryRun": "All"]).json
      #expect(one.at("metadata", "deletionTimestamp") != nil)
      #expect(one.at("metadata", "resourceVersion") == held.at("metadata", "resourceVersion"))
      let all = try await edge.call("DELETE", Self.configMaps, query: ["dryRun": "All"]).json
      #expect(all.at("metadata", "resourceVersion") == before)
      #expect(all["items"]?.array?.count == 2)
      for item in all["items"]?.array ?? [] where item.at("metadata", "name") == "held" {
        #expect(item.at("metadata", "resourceVersion") == held.at("metadata", "resourceVersion"))
      }
    }
  }
}
