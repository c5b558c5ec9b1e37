import EdgeCore
import JSON
import TestSupport
import Testing

@Suite("Events")
struct EventTests {
  private static let events = "/api/v1/namespaces/default/events"

  private static func event(_ name: String, device: String = "boiler", reason: String = "PollPlanStretched") -> JSONValue {
    [
      "apiVersion": "v1", "kind": "Event", "metadata": ["name": .string(name)],
      "involvedObject": [
        "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "namespace": "default", "name": .string(device), "uid": "u1",
      ],
      "reason": .string(reason), "message": "the plan can't be met", "type": "Warning", "count": 1, "eventTime": .null,
      "firstTimestamp": "2026-11-23T05:18:00Z", "lastTimestamp": "2026-11-23T05:18:00Z", "source": ["component": "modbus-mapper"],
    ]
  }

  @Test("An Event is created, read, counted up as client-go's recorder does it, replaced and deleted")
  func lifecycle() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let created = try await edge.call("POST", Self.events, Self.event("boiler.1"))
      #expect(created.code == 201)
      #expect(created.json.at("metadata", "uid")?.string?.isEmpty == false)
      #expect(created.json["eventTime"] == nil)
      #expect(try await edge.call("POST", Self.events, Self.event("boiler.1")).json["reason"] == "AlreadyExists")
      let counted = try await edge.call(
        "PATCH", Self.events + "/boiler.1", ["count": 2, "lastTimestamp": "2026-11-23T05:18:30Z"],
        contentType: "application/strategic-merge-patch+json")
      #expect(counted.json["count"] == 2)
      var replacement = counted.json
      replacement["message"] = "worse"
      #expect(try await edge.call("PUT", Self.events + "/boiler.1", replacement).json["message"] == "worse")
      #expect(try await edge.call("GET", Self.events + "/boiler.1").json["count"] == 2)
      #expect(try await edge.call("DELETE", Self.events + "/boiler.1").json["status"] == "Success")
      #expect(try await edge.call("GET", Self.events + "/boiler.1").json["message"] == "events \"boiler.1\" not found")
    }
  }

  @Test("An Event without a name gets one from its prefix")
  func generatedName() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      var event = Self.event("")
      event["metadata"] = ["generateName": "boiler."]
      let names = [
        try await edge.call("POST", Self.events, event).json.at("metadata", "name")?.string ?? "",
        try await edge.call("POST", Self.events, event).json.at("metadata", "name")?.string ?? "",
      ]
      #expect(names.allSatisfy { $0.hasPrefix("boiler.") && $0.count > 7 } && names[0] != names[1], "\(names)")
    }
  }

  @Test(
    "A list takes the Events that a field selector names",
    arguments: [
      ("involvedObject.kind=Device,involvedObject.name=boiler", ["a", "b"]), ("involvedObject.name!=boiler", ["c"]),
      ("involvedObject.uid==u1,reason=Stuck", ["b"]), ("type=Normal", []), ("metadata.name=c", ["c"]),
      ("metadata.name=c,type!=Normal,metadata.namespace=default", ["c"]), ("involvedObject.namespace=other", []),
      ("reason=a\\,b", []),
    ])
  func fieldSelector(selector: String, names: [String]) async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Self.events, Self.event("a"))
      _ = try await edge.call("POST", Self.events, Self.event("b", reason: "Stuck"))
      _ = try await edge.call("POST", Self.events, Self.event("c", device: "pump"))
      for path in [Self.events, "/api/v1/events"] {
        let list = try await edge.call("GET", path, query: ["fieldSelector": selector]).json
        #expect((list["items"]?.array ?? []).compactMap { $0.at("metadata", "name")?.string } == names)
        #expect(list["kind"] == "EventList")
        #expect(list["apiVersion"] == "v1")
      }
    }
  }

  @Test("A selector that can't be read, or names a field that isn't there, is refused", arguments: ["spec.x=1", "type", "=a", "type=a=b"])
  func wrongSelector(selector: String) async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let answer = try await edge.call("GET", Self.events, query: ["fieldSelector": selector])
      #expect(answer.code == 400)
    }
  }

  @Test("What is too long or of another namespace is refused with its place")
  func refusals() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let wrong: [(JSONValue, String)] = [
        (["message": .string(String(repeating: "x", count: 1_025))], "message: 1025 bytes"),
        (["reason": .string(String(repeating: "x", count: 129))], "reason: 129 bytes"), (["type": "Bad"], "type"),
        (["involvedObject": ["namespace": "other"]], "involvedObject.namespace"),
        (["involvedObject": ["name": .null]], "involvedObject.name"),
        (["lastTimestamp": "yesterday"], "lastTimestamp"), (["count": "many"], "count"),
        (["metadata": ["annotations": ["a": .string(String(repeating: "x", count: 20_000))]]], "16384"),
      ]
      for (change, place) in wrong {
        let answer = try await edge.call("POST", Self.events, MergePatch.apply(change, to: Self.event("a")))
        #expect(answer.code == 422)
        #expect(answer.json["message"]?.string?.contains(place) == true, "\(answer.json.text)")
      }
      #expect(try await edge.call("GET", Self.events).json["items"] == [])
    }
  }

  @Test("The last hundred of a device are kept, over a restart too; those of others stay")
  func retention() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Self.events, Self.event("pump.1", device: "pump"))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<100 { group.addTask { _ = try await edge.call("POST", Self.events, Self.event("boiler.\(number)")) } }
        try await group.waitForAll()
      }
      _ = try await edge.call("PATCH", Self.events + "/boiler.0", ["count": 2])
      for number in 100..<150 { _ = try await edge.call("POST", Self.events, Self.event("boiler.\(number)")) }
    }
    try await EdgeFixture.with(folder) { edge in
      func names(_ device: String) async throws -> [String] {
        let list = try await edge.call("GET", "/api/v1/events", query: ["fieldSelector": "involvedObject.name=\(device)"]).json
        return (list["items"]?.array ?? []).compactMap { $0.at("metadata", "name")?.string }
      }
      let kept = try await names("boiler")
      #expect(kept.count == 100)
      #expect(kept.contains("boiler.0"), "what happened again is not old")
      let others = try await names("pump")
      #expect(others == ["pump.1"])
      _ = try await edge.call("POST", Self.events, Self.event("boiler.150"))
      let after = try await names("boiler")
      #expect(after.count == 100)
      #expect(after.contains("boiler.150"))
    }
  }

  @Test("Of all Events together so many are kept, the oldest go first")
  func total() throws {
    var book = EventBook(perSubject: 3, total: 5)
    var gone: [String] = []
    for number in 1...9 {
      let key = ObjectKey(kind: .event, namespace: "default", name: "\(number)")
      book.put(
        StoredObject(
          key: key, uid: "", created: 0, generation: 1, resourceVersion: Int64(number), version: .v1,
          content: Self.event("\(number)", device: number <= 4 ? "noisy" : "d\(number)")))
      gone += book.takeSuperseded().map(\.name)
    }
    #expect(gone == ["1", "2", "3", "4"])
    #expect(book.count == 5)
  }

  @Test("A table has kubectl's columns")
  func table() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Self.events, Self.event("a"))
      let table = try await edge.call("GET", Self.events, accept: "application/json;as=Table;v=v1;g=meta.k8s.io").json
      let narrow = (table["columnDefinitions"]?.array ?? []).filter { $0["priority"] == 0 }.compactMap { $0["name"]?.string }
      #expect(narrow == ["Last Seen", "Type", "Reason", "Object", "Message"])
      let cells = table["rows"]?[0]?["cells"]?.array ?? []
      #expect(Array(cells.prefix(4)) == ["60s", "Warning", "PollPlanStretched", "device/boiler"])
    }
  }

  @Test("Many Events don't make a watcher of devices list again")
  func historyApart() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      let created = try await edge.call("POST", Samples.devices, Samples.device()).json
      for number in 0..<1_100 {
        _ = try await edge.call("PATCH", Self.events + "/a", ["count": JSONValue(number)])
        if number == 0 { _ = try await edge.call("POST", Self.events, Self.event("a")) }
      }
      let seen = Int64(created.at("metadata", "resourceVersion")?.string ?? "")
      let devices = try #require(await edge.meta.watch(ObjectSelection(kind: .device), after: seen))
      devices.end()
      let events = await edge.meta.watch(ObjectSelection(kind: .event), after: seen)
      #expect(events == nil, "those of Events have moved on")
    }
  }

  @Test("A watch tells of new Events that the selector names")
  func watch() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let fields = try FieldSelector("involvedObject.name=boiler")
      let watch = try #require(await edge.meta.watch(ObjectSelection(kind: .event, fields: fields), after: nil))
      _ = try await edge.call("POST", Self.events, Self.event("a", device: "pump"))
      _ = try await edge.call("POST", Self.events, Self.event("b"))
      var events = watch.events.makeAsyncIterator()
      let message = try #require(try await events.next())
      guard case .event(let event) = message else { throw UnexpectedMessage() }
      #expect(event.change == .added)
      #expect(event.object.stored.key.name == "b")
    }
  }

  @Test(
    "Times are read in every form RFC 3339 has",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2026-11-23T05:19:40Z", 1_795_411_180_000), ("2026-11-23T05:19:40.5Z", 1_795_411_180_500),
      ("2026-11-23T05:19:40.123456Z", 1_795_411_180_123), ("2026-11-23T06:19:40+01:00", 1_795_411_180_000),
      ("2026-11-22T23:49:40-05:30", 1_795_411_180_000), ("2000-02-29T12:00:00Z", 951_825_600_000), ("1969-12-31T23:59:59Z", -1_000),
    ] as [(String, Int64)])
  func times(text: String, milliseconds: Int64) {
    #expect(Timestamp.milliseconds(rfc3339: text) == milliseconds)
  }

  @Test(
    "What is no time is none",
    arguments: ["", "2026-11-23", "2026-11-23T05:19:40", "2026-13-23T05:19:40Z", "2026-11-23T05:19:40.Z", "2026-11-23T05:19:40+1:00", "x"])
  func noTimes(text: String) {
    #expect(Timestamp.milliseconds(rfc3339: text) == nil)
  }
}

private struct UnexpectedMessage: Error {}
