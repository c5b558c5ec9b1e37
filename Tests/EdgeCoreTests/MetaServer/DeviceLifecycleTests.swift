import DeviceAPI
import EdgeCore
import JSON
import Logging
import TestSupport
import Testing
import TwinProtocol

@Suite("Devices through the API and MQTT")
struct DeviceLifecycleTests {
  @Test("A Device applied before its model is accepted with a warning, and works once the model comes")
  func modelLater() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let created = try await edge.call("POST", Samples.devices, Samples.device())
      #expect(created.code == 201)
      #expect(created.warnings.contains { $0.contains("boiler-model") })
      #expect(condition("ModelFound", created.json)?["status"] == "False")

      #expect(try await edge.call("POST", Samples.models, Samples.model).code == 201)
      let found = try await edge.call("GET", Samples.devices + "/boiler")
      #expect(condition("ModelFound", found.json)?["status"] == "True")

      #expect(try await edge.call("DELETE", Samples.models + "/boiler-model").code == 200)
      let lost = try await edge.call("GET", Samples.devices + "/boiler")
      #expect(condition("ModelFound", lost.json)?["status"] == "False")
    }
  }

  @Test("The article's Device shows what is desired as applied, and what is reported survives applying it again")
  func article() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      #expect(try await edge.call("POST", Samples.alphaDevices, Samples.articleDevice).code == 201)
      _ = try await edge.receive(
        "$hw/events/device/temperature/twin/update",
        #"{"event_id":"e","timestamp":1,"twin":{"text":{"actual":{"value":"70C","metadata":{"timestamp":1795411139000}}}}}"#)
      let expected: JSONValue = [
        "propertyName": "text", "desired": ["metadata": ["type": "string"], "value": ""],
        "reported": ["metadata": ["timestamp": "1795411139000", "type": "string"], "value": "70C"],
      ]
      #expect(twin("text", try await edge.call("GET", Samples.devices + "/temperature").json) == expected)

      let again = try await edge.call(
        "PATCH", Samples.alphaDevices + "/temperature", ["status": Samples.articleDevice["status"] ?? .null])
      #expect(again.code == 200)
      #expect(twin("text", again.json) == expected)
      #expect(twin("text", try await edge.call("GET", Samples.devices + "/temperature").json) == expected)
    }
  }

  @Test("A client can't write what is reported")
  func reportedBelongsToTheServer() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      for path in ["/boiler", "/boiler/status"] {
        let answer = try await edge.call(
          "PATCH", Samples.devices + path,
          ["status": ["state": "online", "twins": [["propertyName": "text", "reported": ["value": "forged"]]]]])
        #expect(answer.code == 200)
        #expect(answer.json.at("status", "state") == nil)
        #expect(twin("text", answer.json)?["reported"] == nil)
      }
    }
  }

  @Test("A desired value makes a delta in both topic shapes, once; the device's report makes it Synced")
  func desired() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      var outbound = edge.outbound.makeAsyncIterator()
      #expect(await outbound.next()?.topic == "$hw/events/node/edge-node-1/membership/updated")

      let changed = try await edge.call("PATCH", Samples.devices + "/boiler", ["spec": Samples.device(target: "72")["spec"] ?? .null])
      #expect(changed.code == 200)
      #expect(changed.json.at("metadata", "generation")?.integer == 2)
      #expect(condition("Synced", changed.json)?["reason"] == "Pending")
      let first = try #require(await outbound.next())
      let second = try #require(await outbound.next())
      #expect(first.topic == "$hw/events/device/default/boiler/twin/update/delta")
      #expect(second.topic == "$hw/events/device/boiler/twin/update/delta")
      let delta = try TwinDelta(decoding: first.payload)
      #expect(delta.delta == ["target": "72"])
      let timestamp = try #require(delta.twins["target"]?.expected?.timestamp)
      let desired = twin("target", changed.json)?["desired"]
      #expect(desired?.at("metadata", "timestamp")?.string == String(timestamp))

      let again = try await edge.call("PATCH", Samples.devices + "/boiler", ["spec": Samples.device(target: "72")["spec"] ?? .null])
      #expect(again.json.at("metadata", "resourceVersion") == changed.json.at("metadata", "resourceVersion"))

      let answers = try await edge.receive(
        Samples.topic("boiler", .twinUpdate),
        #"{"event_id":"w","timestamp":1,"twin":{"target":{"actual":{"value":"72.0"},"written":{"timestamp":\#(timestamp)}}}}"#)
      #expect(answers.map(\.topic).allSatisfy { !$0.hasSuffix("delta") })
      let synced = try await edge.call("GET", Samples.devices + "/boiler")
      #expect(condition("Synced", synced.json)?["reason"] == "Verified")
      #expect(twin("target", synced.json)?["observedDesired"] == desired)

      _ = try await edge.receive(
        Samples.topic("boiler", .twinUpdate), #"{"event_id":"x","timestamp":1,"twin":{"target":{"actual":{"value":"50"}}}}"#)
      let drifted = try await edge.call("GET", Samples.devices + "/boiler")
      #expect(condition("Synced", drifted.json)?["reason"] == "Drifted")
    }
  }

  @Test("What is written but not read back yet shows as such; when it was written is kept")
  func written() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      let created = try await edge.call("POST", Samples.devices, Samples.device(target: "72"))
      let timestamp = try #require(twin("target", created.json)?.at("desired", "metadata", "timestamp")?.string)
      func update(_ change: String) async throws -> JSONValue? {
        edge.clock.advance(by: 1000)
        _ = try await edge.receive(
          Samples.topic("boiler", .twinUpdate), #"{"event_id":"\#(edge.clock.now)","twin":{"target":{\#(change)}}}"#)
        return condition("Synced", try await edge.call("GET", Samples.devices + "/boiler").json)
      }
      #expect(try await update(#""actual":{"value":"50"}"#)?["reason"] == "Pending")
      let written = try await update(#""written":{"timestamp":\#(timestamp)}"#)
      #expect(written?["reason"] == "Written" && written?["status"] == "Unknown")
      let writtenAt = edge.clock.now
      let bad = try await update(#""actual":{"value":"50","metadata":{"quality":"bad","reason":"timeout"}}"#)
      #expect(bad?["reason"] == "Written", "what wasn't read says nothing")
      #expect(try await update(#""actual":{"value":"72"}"#)?["reason"] == "Verified")
      let answers = try await edge.receive(Samples.topic("boiler", .twinGet), #"{"event_id":"g"}"#)
      let mark = try JSONValue(parsing: try #require(answers.first).payload).at("twin", "target", "written")
      #expect(mark?["timestamp"]?.integer.map(String.init) == timestamp && mark?["at"]?.integer == writtenAt)
    }
  }

  @Test("A wish for what the device has already is done once it is reported: what it has later is drift")
  func nothingToWrite() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      func report(_ value: String) async throws -> [OutboundMessage] {
        edge.clock.advance(by: 1000)
        let update = #"{"event_id":"\#(edge.clock.now)","twin":{"target":{"actual":{"value":"\#(value)"}}}}"#
        return try await edge.receive(Samples.topic("boiler", .twinUpdate), update)
      }
      func synced() async throws -> JSONValue? {
        condition("Synced", try await edge.call("GET", Samples.devices + "/boiler").json)?["reason"]
      }
      _ = try await report("72")
      _ = try await edge.call("PATCH", Samples.devices + "/boiler", ["spec": Samples.device(target: "72")["spec"] ?? .null])
      #expect(try await synced() == "Verified")
      _ = try await report("72")
      let messages = try await report("50")
      #expect(try await synced() == "Drifted")
      // A mapper that hears of it sees that nothing is to be written.
      let delta = try TwinDelta(decoding: try #require(messages.last { $0.topic.hasSuffix("delta") }).payload)
      #expect(delta.twins["target"]?.written?.timestamp == delta.twins["target"]?.expected?.timestamp)

      // The same file again is no new wish; the same value with a later time is one.
      _ = try await edge.call("PATCH", Samples.devices + "/boiler", ["spec": Samples.device(target: "72")["spec"] ?? .null])
      #expect(try await synced() == "Drifted")
      var spec = Samples.device(target: "72")["spec"] ?? .null
      let properties = (spec["properties"]?.array ?? []).map { property in
        var property = property
        if property["name"] == "target" { property["desired"]?["metadata"] = ["timestamp": .string("\(edge.clock.now)")] }
        return property
      }
      spec["properties"] = .array(properties)
      _ = try await edge.call("PATCH", Samples.devices + "/boiler", ["spec": spec])
      #expect(try await synced() == "Pending")
    }
  }

  @Test("A rejected write says so")
  func rejected() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      let created = try await edge.call("POST", Samples.devices, Samples.device(target: "72"))
      let timestamp = try #require(twin("target", created.json)?.at("desired", "metadata", "timestamp")?.string)
      _ = try await edge.receive(
        Samples.topic("boiler", .twinUpdate),
        #"{"event_id":"w","twin":{"target":{"written":{"timestamp":\#(timestamp),"error":"locked"}}}}"#)
      let device = try await edge.call("GET", Samples.devices + "/boiler")
      #expect(condition("Synced", device.json)?["reason"] == "Rejected")
      #expect(condition("Synced", device.json)?["message"] == "target: locked")
    }
  }

  @Test("Everything is there again after a restart, and no revision goes back")
  func restart() async throws {
    let folder = try TestFolder()
    let before = try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await edge.call("POST", Samples.devices, Samples.device(target: "72"))
      _ = try await edge.receive(Samples.topic("boiler", .stateUpdate), #"{"state":"online"}"#)
      _ = try await edge.receive(Samples.topic("boiler", .twinUpdate), #"{"twin":{"temperature":{"actual":{"value":"70.5"}}}}"#)
      return try await edge.call("GET", Samples.devices + "/boiler").json
    }
    let after = try await EdgeFixture.with(folder) { try await $0.call("GET", Samples.devices + "/boiler").json }
    #expect(after["spec"] == before["spec"])
    #expect(after["status"] == before["status"])
    #expect(after.at("metadata", "uid") == before.at("metadata", "uid"))
    let revisions = [before, after].compactMap { $0.at("metadata", "resourceVersion")?.string.flatMap { Int64($0) } }
    #expect(revisions.count == 2 && revisions[1] > revisions[0])
  }

  @Test("The database is durable at each commit")
  func durability() async throws {
    let folder = try TestFolder()
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    #expect(try SQLiteStore(path: folder.path("swiftlet.db"), logger: logger).synchronousLevel() == 2)
  }

  private func condition(_ type: String, _ device: JSONValue) -> JSONValue? {
    device.at("status", "conditions")?.array?.first { $0["type"]?.string == type }
  }

  private func twin(_ name: String, _ device: JSONValue) -> JSONValue? {
    device.at("status", "twins")?.array?.first { $0["propertyName"]?.string == name }
  }
}
