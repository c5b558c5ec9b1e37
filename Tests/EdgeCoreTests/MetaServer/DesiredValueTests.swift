import EdgeCore
import JSON
import TestSupport
import Testing
import TwinProtocol

@Suite("Desired values from several hands")
struct DesiredValueTests {
  private static let boiler = Samples.devices + "/boiler"
  private static let alphaBoiler = Samples.alphaDevices + "/boiler"

  private func wishes(_ edge: EdgeFixture) async throws -> [String: String] {
    var wishes: [String: String] = [:]
    for twin in try await edge.call("GET", Self.boiler).json.at("status", "twins")?.array ?? [] {
      wishes[twin["propertyName"]?.string ?? ""] = twin.at("desired", "value")?.string
    }
    return wishes
  }

  private func device(_ target: String?) -> JSONValue {
    var device = Samples.device(target: target)
    let file = JSONValue.string(device.text)
    device["metadata"]?["annotations"] = ["kubectl.kubernetes.io/last-applied-configuration": file]
    return device
  }

  /// What `kubectl apply` sends: the lists of the file in place of those that are there.
  private func apply(_ edge: EdgeFixture, _ device: JSONValue) async throws -> Int {
    let query = ["fieldManager": "kubectl-client-side-apply", "fieldValidation": "Strict"]
    return try await edge.call("PATCH", Self.boiler, device, query: query).code
  }

  @Test("Applying a file again leaves alone what the file never said, and removes what it no longer says")
  func apply() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await edge.call("POST", Samples.devices, device(nil))
      _ = try await edge.receive(Samples.topic("boiler", .twinUpdate), #"{"event_id":"a","twin":{"target":{"expected":{"value":"58"}}}}"#)
      #expect(try await apply(edge, device(nil)) == 200)
      #expect(try await wishes(edge) == ["target": "58"])
      #expect(try await apply(edge, device("60")) == 200)
      #expect(try await wishes(edge) == ["target": "60"])
      #expect(try await apply(edge, device(nil)) == 200)
      #expect(try await wishes(edge) == [:])
    }
  }

  @Test("A status that doesn't mention a property leaves its desired value; an empty one ends the wish")
  func status() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await edge.call("POST", Samples.devices, Samples.device(target: "60"))
      let other: JSONValue = ["status": ["twins": [["propertyName": "text", "desired": ["value": ""]]]]]
      #expect(try await edge.call("PATCH", Self.alphaBoiler, other).code == 200)
      #expect(try await wishes(edge)["target"] == "60")
      let set: JSONValue = ["status": ["twins": [["propertyName": "target", "desired": ["value": "61"]]]]]
      #expect(try await edge.call("PATCH", Self.boiler, set).code == 200)
      #expect(try await wishes(edge)["target"] == "61")
      let end: JSONValue = ["status": ["twins": [["propertyName": "target", "desired": ["value": ""]]]]]
      #expect(try await edge.call("PATCH", Self.alphaBoiler, end).code == 200)
      #expect(try await wishes(edge)["target"] == "")
    }
  }

  @Test("Taking a property's desired value out of the spec ends the wish")
  func removal() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await edge.call("POST", Samples.devices, Samples.device(target: "60"))
      #expect(try await edge.call("PATCH", Self.boiler, ["spec": ["properties": [["name": "target", "collectCycle": 1000]]]]).code == 200)
      #expect(try await wishes(edge) == [:])
      var replacement = Samples.device(target: "62")
      replacement["metadata"]?["resourceVersion"] = try await edge.call("GET", Self.boiler).json.at("metadata", "resourceVersion")
      #expect(try await edge.call("PUT", Self.boiler, replacement).code == 200)
      #expect(try await wishes(edge) == ["target": "62"])
      #expect(try await edge.call("PATCH", Self.boiler, ["spec": ["properties": []]]).code == 200)
      #expect(try await wishes(edge) == [:])
    }
  }

  @Test("An update from before somebody else's wish is a conflict, and no wish's time goes back")
  func stale() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      let before = try await edge.call("POST", Samples.devices, Samples.device(target: "57")).json
      edge.clock.advance(by: 5_000)
      _ = try await edge.receive(Samples.topic("boiler", .twinUpdate), #"{"event_id":"a","twin":{"target":{"expected":{"value":"58"}}}}"#)
      #expect(try await edge.call("PUT", Self.boiler, before).code == 409)
      #expect(try await wishes(edge) == ["target": "58"])
      #expect(try await edge.call("GET", Self.boiler).json.at("metadata", "generation") == 2)
    }
  }

  @Test(
    "A wish that can't be is refused wherever it stands",
    arguments: [
      ("target", "500", "status.twins[0].desired.value"), ("target", "abc", "status.twins[0].desired.value"),
      ("temperature", "5", "read-only"), ("nope", "1", "no property \"nope\""),
      ("text", String(repeating: "x", count: 70_000), "read-only"),
    ])
  func illegal(property: String, value: String, problem: String) async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      var device = Samples.device()
      device["spec"]?["properties"] = nil
      _ = try await edge.call("POST", Samples.devices, device)
      let set: JSONValue = ["status": ["twins": [["propertyName": .string(property), "desired": ["value": .string(value)]]]]]
      let answer = try await edge.call("PATCH", Self.boiler, set)
      #expect(answer.code == 422)
      #expect(answer.json["message"]?.string?.contains(problem) == true, "\(answer.json.text.prefix(400))")
    }
  }

  @Test("A wish from before the model that the model forbids reaches no mapper, and shows as rejected")
  func forbiddenByLaterModel() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      #expect(try await edge.call("POST", Samples.devices, Samples.device(target: "500")).code == 201)
      _ = try await edge.call("POST", Samples.models, Samples.model)
      let answers = try await edge.receive(
        Samples.topic("boiler", .twinUpdate), #"{"event_id":"e","twin":{"target":{"actual":{"value":"70"}}}}"#)
      #expect(!answers.contains { $0.topic.hasSuffix("delta") })
      let conditions = try await edge.call("GET", Self.boiler).json.at("status", "conditions")?.array
      let synced = conditions?.first { $0["type"] == "Synced" }
      #expect(synced?["reason"] == "Rejected")
      #expect(synced?["message"] == "target: 500 is above the maximum 90")
    }
  }

  @Test("A wish that the device took and never showed is a timeout, also after a restart")
  func timeout() async throws {
    let folder = try TestFolder()
    @Sendable func synced(_ edge: EdgeFixture) async throws -> JSONValue? {
      let conditions = try await edge.call("GET", Self.boiler).json.at("status", "conditions")?.array
      return conditions?.first { $0["type"] == "Synced" }
    }
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      #expect(try await edge.call("POST", Samples.devices, Samples.device(target: "70")).code == 201)
      let get = try await edge.receive(Samples.topic("boiler", .twinGet), "{}")
      let timestamp = try #require(try TwinGetResult(decoding: get[0].payload).outcome.get()["target"]?.expected?.timestamp)
      _ = try await edge.receive(
        Samples.topic("boiler", .twinUpdate),
        #"{"event_id":"e","twin":{"target":{"written":{"timestamp":\#(timestamp),"error":"not shown within 60 s","timeout":true}}}}"#)
      #expect(try await synced(edge)?["reason"] == "Timeout")
    }
    try await EdgeFixture.with(folder) { edge in
      let condition = try await synced(edge)
      #expect(condition?["reason"] == "Timeout")
      #expect(condition?["message"] == "target: not shown within 60 s")
    }
  }

  @Test("A timestamp from a client can neither stop the clock nor overflow it")
  func timestamps() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await edge.call("POST", Samples.devices, Samples.device(target: "60"))
      for (value, timestamp) in [("60", "9223372036854775807"), ("60", "1"), ("61", "9223372036854775807"), ("62", "-5")] {
        let set: JSONValue = [
          "spec": [
            "properties": [["name": "target", "desired": ["value": .string(value), "metadata": ["timestamp": .string(timestamp)]]]]
          ]
        ]
        let answer = try await edge.call("PATCH", Self.boiler, set)
        #expect(answer.code == 200)
        let twins = answer.json.at("status", "twins")?.array
        let shown = twins?.first { $0["propertyName"] == "target" }?.at("desired", "metadata", "timestamp")?.string
        #expect(abs((Int64(shown ?? "") ?? 0) - edge.clock.now) < 10)
      }
    }
  }

  @Test("A patch that copies copies is refused before it fills the memory")
  func patchBomb() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      var device = Samples.device()
      device["spec"]?["protocol"] = ["protocolName": "temperature", "configData": ["a": "b"]]
      _ = try await edge.call("POST", Samples.devices, device)
      let config = "/spec/protocol/configData"
      let bomb = (0..<60).map { index -> JSONValue in
        ["op": "copy", "from": .string(config), "path": .string("\(config)/k\(index)")]
      }
      let answer = try await edge.call("PATCH", Self.boiler, .array(bomb), contentType: "application/json-patch+json")
      #expect(answer.code == 422)
      let large: JSONValue = ["spec": ["protocol": ["configData": ["a": .string(String(repeating: "x", count: 1_600_000))]]]]
      #expect(try await edge.call("PATCH", Self.boiler, large).code == 413)
    }
  }

  @Test("One id for every update doesn't hide that a value comes back")
  func constantEventID() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      for value in ["20", "21", "20"] {
        _ = try await edge.receive(Samples.topic("boiler", .twinUpdate), #"{"event_id":"1","twin":{"p":{"actual":{"value":"\#(value)"}}}}"#)
      }
      let get = try await edge.receive(Samples.topic("boiler", .twinGet), "{}")
      #expect(try TwinGetResult(decoding: get[0].payload).outcome.get()["p"]?.actual?.value == "20")
      let long = String(repeating: "e", count: 300)
      let refused = try await edge.receive(Samples.topic("boiler", .twinUpdate), #"{"event_id":"\#(long)","twin":{}}"#)
      #expect(try TwinUpdateResult(decoding: refused[0].payload).refusal?.reason == "event_id: longer than 256 bytes")
    }
  }
}
