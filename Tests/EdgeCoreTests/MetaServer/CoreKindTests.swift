import EdgeCore
import JSON
import TestSupport
import Testing
import TwinProtocol

@Suite("Namespaces, Secrets, owners and pages")
struct CoreKindTests {
  private static let configMaps = "/api/v1/namespaces/default/configmaps"

  private static func configMap(_ name: String, owner: String? = nil, finalizer: String? = nil) -> JSONValue {
    var object: JSONValue = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)], "data": ["k": .string(name)]]
    if let owner {
      object["metadata"]?["ownerReferences"] = [["apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": .string(owner)]]
    }
    if let finalizer { object["metadata"]?["finalizers"] = [.string(finalizer)] }
    return object
  }

  private func names(_ list: JSONValue) -> [String] {
    (list["items"]?.array ?? []).compactMap { $0.at("metadata", "name")?.string }
  }

  @Test("Nothing is made in a namespace that isn't there; one that is deleted takes along what is in it, and waits for finalizers")
  func namespaces() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let lab = "/api/v1/namespaces/lab"
      let refused = try await edge.call("POST", lab + "/configmaps", Self.configMap("a"))
      #expect(refused.code == 404)
      #expect(refused.json.at("details", "kind") == "namespaces")
      try await edge.makeNamespace("lab")
      #expect(try await edge.call("POST", lab + "/configmaps", Self.configMap("a")).code == 201)
      #expect(try await edge.call("POST", lab + "/configmaps", Self.configMap("b", finalizer: "example.com/hold")).code == 201)
      let deleted = try await edge.call("DELETE", lab)
      #expect(deleted.json.at("status", "phase") == "Terminating")
      #expect(try await edge.call("GET", lab + "/configmaps/a").code == 404)
      #expect(try await edge.call("POST", lab + "/configmaps", Self.configMap("c")).code == 403)
      #expect(try await edge.call("PATCH", lab, ["metadata": ["labels": ["a": "b"]]]).code == 200)
      #expect(try await edge.call("GET", lab).code == 200, "a label doesn't end the waiting")
      #expect(try await edge.call("PATCH", lab + "/configmaps/b", ["metadata": ["finalizers": []]]).code == 200)
      #expect(try await edge.call("GET", lab).code == 404)
      #expect(try await edge.call("DELETE", "/api/v1/namespaces/default").code == 403)
    }
  }

  @Test("A Secret's data is for those alone who have shown a credential, in lists, tables and watches too")
  func secrets() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let secret: JSONValue = [
        "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "login"], "stringData": ["password": "tr0ub4dor"],
      ]
      let path = "/api/v1/namespaces/default/secrets"
      let made = try await edge.call("POST", path, secret)
      #expect(made.code == 201)
      let answers = [
        made.json, try await edge.call("GET", path + "/login").json, try await edge.call("GET", path).json,
        try await edge.call("GET", path, query: ["includeObject": "Object"], accept: "application/json;as=Table;v=v1;g=meta.k8s.io").json,
        try await edge.call("PATCH", path + "/login", ["metadata": ["labels": ["a": "b"]]]).json,
      ]
      for answer in answers { #expect(!answer.text.contains("dHIwdWI0ZG9y"), "\(answer.text)") }
      let stream = WatchStream(kind: .secret, version: .v1, form: .object, clock: edge.clock)
      let watch = try #require(await edge.meta.watch(ObjectSelection(kind: .secret), after: nil))
      watch.end()
      #expect(watch.initial.count == 1)
      for object in watch.initial {
        #expect(!String(decoding: stream.added(object, isFirst: true), as: UTF8.self).contains("dHIwdWI0ZG9y"))
      }

      let request = try APIRequest(path: path + "/login")
      let open = try await edge.server.answer(
        MetaServer.Call(method: "GET", request: request, accept: Acceptance(nil), isAuthenticated: true))
      guard case .json(let json) = open.body else { throw UnexpectedBody() }
      #expect(json.at("data", "password") == "dHIwdWI0ZG9y")
      #expect(json["stringData"] == nil)
    }
  }

  private struct UnexpectedBody: Error {}

  @Test("What belongs to an object goes with it, unless it is orphaned, or belongs to another too")
  func owners() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      for policy in ["Background", "Orphan"] {
        let owner = try await edge.call("POST", Self.configMaps, Self.configMap("owner"))
        let uid = try #require(owner.json.at("metadata", "uid")?.string)
        _ = try await edge.call("POST", Self.configMaps, Self.configMap("own-\(policy.lowercased())", owner: uid))
        var shared = Self.configMap("shared-\(policy.lowercased())", owner: uid)
        shared["metadata"]?["ownerReferences"] = [
          ["apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": .string(uid)],
          ["apiVersion": "v1", "kind": "ConfigMap", "name": "other", "uid": "another"],
        ]
        _ = try await edge.call("POST", Self.configMaps, shared)
        let options: JSONValue = ["propagationPolicy": .string(policy)]
        #expect(try await edge.call("DELETE", Self.configMaps + "/owner", options).code == 200)
      }
      #expect(names(try await edge.call("GET", Self.configMaps).json) == ["own-orphan", "shared-background", "shared-orphan"])
      let orphan = try await edge.call("GET", Self.configMaps + "/own-orphan").json
      #expect(orphan.at("metadata", "ownerReferences") == nil)
    }
  }

  @Test("A list in pages is the list as it was, whatever happens meanwhile; later it can be gone on with as things are")
  func pages() async throws {
    let folder = try TestFolder()
    let clock = ManualClock()
    try await EdgeFixture.with(folder, clock: clock) { edge in
      for index in 0..<7 { _ = try await edge.call("POST", Self.configMaps, Self.configMap("c\(index)")) }
      let first = try await edge.call("GET", Self.configMaps, query: ["limit": "3"])
      #expect(names(first.json) == ["c0", "c1", "c2"])
      #expect(first.json.at("metadata", "remainingItemCount") == 4)
      let token = try #require(first.json.at("metadata", "continue")?.string)
      _ = try await edge.call("DELETE", Self.configMaps + "/c3")
      _ = try await edge.call("POST", Self.configMaps, Self.configMap("c45"))
      let second = try await edge.call("GET", Self.configMaps, query: ["limit": "3", "continue": token])
      #expect(names(second.json) == ["c3", "c4", "c5"])
      #expect(second.json.at("metadata", "resourceVersion") == first.json.at("metadata", "resourceVersion"))

      clock.advance(by: 400_000)
      let expired = try await edge.call("GET", Self.configMaps, query: ["limit": "3", "continue": token])
      #expect(expired.code == 410)
      let fresh = try #require(expired.json.at("metadata", "continue")?.string)
      let rest = try await edge.call("GET", Self.configMaps, query: ["continue": fresh])
      #expect(names(rest.json) == ["c4", "c45", "c5", "c6"])
      #expect(try await edge.call("GET", Self.configMaps, query: ["continue": "abc"]).code == 400)
    }
  }

  @Test("deletecollection deletes what its selector names, and nothing with dryRun")
  func deleteCollection() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      for index in 0..<4 {
        var object = Self.configMap("c\(index)")
        object["metadata"]?["labels"] = ["parity": index.isMultiple(of: 2) ? "even" : "odd"]
        _ = try await edge.call("POST", Self.configMaps, object)
      }
      let dry = try await edge.call("DELETE", Self.configMaps, query: ["labelSelector": "parity=odd", "dryRun": "All"])
      #expect(names(dry.json) == ["c1", "c3"])
      #expect(names(try await edge.call("GET", Self.configMaps).json).count == 4)
      #expect(try await edge.call("DELETE", Self.configMaps, query: ["labelSelector": "parity=odd"]).code == 200)
      #expect(names(try await edge.call("GET", Self.configMaps).json) == ["c0", "c2"])
    }
  }

  @Test("A DeviceStatus is the Device's twin, which nobody writes")
  func deviceStatus() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await edge.call("POST", Samples.devices, Samples.device(target: "60"))
      let update = #"{"event_id":"e","twin":{"temperature":{"actual":{"value":"71.5"}}}}"#
      _ = try await edge.receive(Samples.topic("boiler", .twinUpdate), update)
      let path = "/apis/devices.kubeedge.io/v1beta1/namespaces/default/devicestatuses"
      let status = try await edge.call("GET", path + "/boiler")
      #expect(status.code == 200)
      let twins = status.json.at("status", "twins")?.array ?? []
      #expect(twins.first { $0["propertyName"] == "temperature" }?.at("reported", "value") == "71.5")
      #expect(twins.first { $0["propertyName"] == "target" }?.at("observedDesired", "value") == "60")
      #expect(names(try await edge.call("GET", path).json) == ["boiler"])
      #expect(try await edge.call("DELETE", path + "/boiler").code == 405)
      #expect(try await edge.call("PATCH", path + "/boiler", ["status": [:]]).code == 405)
      let watch = try #require(await edge.meta.watch(ObjectSelection(kind: .deviceStatus), after: nil))
      watch.end()
      #expect(watch.initial.count == 1)
    }
  }
}
