import DeviceAPI
import EdgeCore
import JSON
import TestSupport
import Testing

@Suite("Server-side apply of Devices")
struct ServerSideApplyTests {
  private static let device = Samples.devices + "/boiler"

  private static func configuration(target: String? = nil, cycle: Int? = nil, labels: JSONValue? = nil) -> JSONValue {
    var property: JSONValue = ["name": "target"]
    if let target { property["desired"] = ["value": .string(target)] }
    if let cycle { property["collectCycle"] = JSONValue(cycle) }
    var object: JSONValue = [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "metadata": ["name": "boiler"],
      "spec": ["properties": [property]],
    ]
    object["metadata"]?["labels"] = labels
    return object
  }

  private func apply(
    _ edge: EdgeFixture, _ body: JSONValue, as manager: String, force: Bool = false, path: String = device, version: String = "v1beta1"
  ) async throws -> (code: Int, json: JSONValue, warnings: [String]) {
    try await edge.call(
      "PATCH", path, body, contentType: "application/apply-patch+yaml", query: ["fieldManager": manager, "force": force ? "true" : "false"])
  }

  private func desired(_ object: JSONValue) -> String? {
    object.at("spec", "properties")?.array?.first { $0["name"]?.string == "target" }?.at("desired", "value")?.string
  }

  private func managers(_ object: JSONValue) -> [String] {
    (object.at("metadata", "managedFields")?.array ?? []).compactMap { $0["manager"]?.string }
  }

  @Test("What is applied is made, is nothing when it is applied again, and goes with what no longer says it")
  func life() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      let made = try await apply(edge, Samples.device(target: "60"), as: "first")
      #expect(made.code == 201)
      #expect(managers(made.json) == ["first"])
      let again = try await apply(edge, Samples.device(target: "60"), as: "first")
      #expect(again.code == 200)
      #expect(again.json.at("metadata", "resourceVersion") == made.json.at("metadata", "resourceVersion"))
      let without = try await apply(edge, Samples.device(), as: "first")
      #expect(without.code == 200)
      #expect(desired(without.json) == nil)
      let stored = await edge.meta.object(ObjectKey(kind: .device, namespace: "default", name: "boiler"))
      #expect(stored?.twin?.wishes.isEmpty == true)
    }
  }

  @Test(
    "The applied order holds for what is applied; what others have stays before what it was before",
    arguments: [
      ("a b c", "c b a", "c b a"), ("a b c", "a x b c", "a x b c"), ("a x b c", "z c", "a x b z c"), ("x w", "z x", "z x w"),
      ("a b", "a b", "a b"), ("", "b a", "b a"), ("a b", "", "a b"), ("a b c d", "d b", "a c d b"), ("a b c", "c x", "a b c x"),
    ])
  func order(live: String, applied: String, merged: String) {
    func list(_ names: String, _ added: JSONValue) -> JSONValue {
      ["list": .array(names.split(separator: " ").map { ["name": .string(String($0)), "from": added] })]
    }
    let item = Schema.object("", [.required("name", .string("")), .optional("from", .string(""))])
    let schema = Schema.object("", [.optional("list", .array("", of: item, merged: .map(keys: ["name"])))])
    let result = ObjectMerge.merge(list(applied, "applied"), into: list(live, "live"), schema)
    let items = result["list"]?.array ?? []
    #expect(items.compactMap { $0["name"]?.string }.joined(separator: " ") == merged)
    let own = Set(applied.split(separator: " ").map(String.init))
    for item in items { #expect(item["from"] == (item["name"]?.string.map(own.contains) == true ? "applied" : "live")) }
  }

  @Test("An item that its applier gives up is gone, though somebody else set a field of it; a field of the schema stays")
  func givenUp() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      func model(_ names: String, _ description: String? = nil) -> JSONValue {
        let properties = names.split(separator: " ").map {
          ["name": .string(String($0)), "type": "INT", "accessMode": "ReadOnly"] as JSONValue
        }
        return [
          "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "DeviceModel", "metadata": ["name": "given"],
          "spec": ["protocol": "x", "properties": .array(properties)],
        ]
      }
      let path = Samples.models + "/given"
      #expect(try await apply(edge, model("a b c"), as: "first", path: path).code == 201)
      let unit: JSONValue = [["op": "add", "path": "/spec/properties/2/unit", "value": "C"]]
      let patched = try await edge.call("PATCH", path, unit, contentType: "application/json-patch+json", query: ["fieldManager": "second"])
      #expect(patched.code == 200)
      let applied = try await apply(edge, model("a b"), as: "first", path: path)
      #expect(applied.code == 200)
      #expect(applied.json.at("spec", "properties")?.array?.compactMap { $0["name"] } == ["a", "b"])
      #expect(managers(applied.json) == ["first"], "nobody owns what isn't there")
    }
  }

  @Test("A null in what is applied is refused with its place, but where it is nothing said")
  func nulls() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      var body = Samples.device()
      body["metadata"]?["creationTimestamp"] = .null
      #expect(try await apply(edge, body, as: "first").code == 201)
      body["spec"]?["protocol"] = .null
      let refused = try await apply(edge, body, as: "first")
      #expect(refused.code == 422)
      #expect(refused.json.at("details", "causes")?.array?.map { $0["field"] } == ["spec.protocol"])
    }
  }

  @Test("What was below a value of free form goes with it, for its owner too")
  func freeForm() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      func model(_ data: JSONValue) -> JSONValue {
        [
          "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "DeviceModel", "metadata": ["name": "free"],
          "spec": [
            "protocol": "x", "properties": [["name": "a", "type": "INT", "accessMode": "ReadOnly"]], "protocolConfigData": data,
          ],
        ]
      }
      let path = Samples.models + "/free"
      #expect(try await apply(edge, model(["o": ["x": 1, "y": ["z": 2]], "l": [1]]), as: "first", path: path).code == 201)
      let changed = try await edge.call(
        "PATCH", path, ["spec": ["protocolConfigData": ["o": 5, "l": ["q": 1]]]], query: ["fieldManager": "second"])
      #expect(changed.code == 200)
      let entries = changed.json.at("metadata", "managedFields")?.array ?? []
      func fields(_ manager: String) -> JSONValue? {
        entries.first { $0["manager"]?.string == manager }?.at("fieldsV1", "f:spec", "f:protocolConfigData")
      }
      #expect(fields("first")?["f:o"] == nil)
      #expect(fields("second") == ["f:l": [".": [:], "f:q": [:]], "f:o": [:]])
    }
  }

  @Test("Two who care for different fields of a property don't meet; the same field to another value is a conflict that names its owner")
  func conflict() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await apply(edge, Samples.device(target: "60"), as: "first")
      let cycle = try await apply(edge, Self.configuration(labels: ["room": "1"]), as: "second")
      #expect(cycle.code == 200)
      let refused = try await apply(edge, Self.configuration(target: "70"), as: "second")
      #expect(refused.code == 409)
      #expect(
        refused.json.at("details", "causes")
          == [
            [
              "reason": "FieldManagerConflict", "message": "conflict with \"first\"",
              "field": ".spec.properties[name=\"target\"].desired.value",
            ]
          ])
      let same = try await apply(edge, Self.configuration(target: "60"), as: "third")
      #expect(same.code == 200, "a value that is already so is shared")
      let taken = try await apply(edge, Self.configuration(target: "70"), as: "second", force: true)
      #expect(taken.code == 200)
      #expect(desired(taken.json) == "70")
      #expect(try await apply(edge, Samples.device(target: "60"), as: "first").code == 409)
      #expect(try await apply(edge, Samples.device(), as: "first").code == 200)
      #expect(desired(try await edge.call("GET", Self.device).json) == "70", "it is second's now")
    }
  }

  @Test("What anybody else changes is theirs, and conflicts with whoever applied it before")
  func update() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await apply(edge, Samples.device(target: "60"), as: "first")
      let patch: JSONValue = ["spec": ["properties": [["name": "temperature"], ["name": "target", "desired": ["value": "65"]]]]]
      let patched = try await edge.call("PATCH", Self.device, patch, query: ["fieldManager": "kubectl-edit"])
      #expect(managers(patched.json) == ["first", "kubectl-edit"])
      let refused = try await apply(edge, Samples.device(target: "60"), as: "first")
      #expect(refused.code == 409)
      #expect(refused.json["message"]?.string?.contains("\"kubectl-edit\" using devices.kubeedge.io/v1beta1") == true)
    }
  }

  @Test("Who applied in one version meets who applies in the other")
  func versions() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await apply(edge, Samples.device(target: "60"), as: "new")
      let old: JSONValue = [
        "apiVersion": "devices.kubeedge.io/v1alpha2", "kind": "Device", "metadata": ["name": "boiler"],
        "status": ["twins": [["propertyName": "target", "desired": ["value": "75"]]]],
      ]
      let path = Samples.alphaDevices + "/boiler"
      #expect(try await apply(edge, old, as: "old", path: path).code == 409)
      #expect(try await apply(edge, old, as: "old", force: true, path: path).code == 200)
      let back = try await apply(edge, Samples.device(target: "60"), as: "new")
      #expect(back.code == 409)
      #expect(back.json.at("details", "causes")?[0]?["field"] == ".status.twins[propertyName=\"target\"].desired.value")
      var nothing = old
      nothing["status"] = nil
      #expect(try await apply(edge, nothing, as: "old", path: path).code == 200)
      #expect(desired(try await edge.call("GET", Self.device).json) == nil, "what only it wished goes with it")
    }
  }

  private static func bare(_ version: String, _ spec: JSONValue = [:]) -> JSONValue {
    var spec = spec
    spec["deviceModelRef"] = ["name": "boiler-model"]
    return [
      "apiVersion": .string("devices.kubeedge.io/\(version)"), "kind": "Device", "metadata": ["name": "boiler"], "spec": spec,
    ]
  }

  @Test("What one applied in one version stays when another who applied the same in the other version drops it")
  func sharedAcrossVersions() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let alpha = Samples.alphaDevices + "/boiler"
      let properties: JSONValue = [["name": "target", "collectCycle": 1000]]
      let visitors: JSONValue = [["propertyName": "target", "collectCycle": 1000]]
      #expect(try await apply(edge, Self.bare("v1beta1", ["properties": properties]), as: "new").code == 201)
      let shared = try await apply(edge, Self.bare("v1alpha2", ["propertyVisitors": visitors]), as: "old", force: true, path: alpha)
      #expect(shared.code == 200, "\(shared.json.text)")
      let dropped = try await apply(edge, Self.bare("v1alpha2"), as: "old", path: alpha)
      #expect(dropped.code == 200, "\(dropped.json.text)")
      let names = try await edge.call("GET", Self.device).json.at("spec", "properties")?.array?.map { $0["name"] }
      #expect(names == ["target"])
    }
  }

  @Test("Who applied in one version and applies less in the other drops what it had", arguments: ["v1alpha2", "v1beta1"])
  func droppedAcrossVersions(first: String) async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let alpha = Samples.alphaDevices + "/boiler"
      let node: JSONValue = [
        "nodeSelectorTerms": [["matchExpressions": [["key": "", "operator": "In", "values": ["edge-node-1"]]]]]
      ]
      let old = Self.bare("v1alpha2", ["nodeSelector": node, "propertyVisitors": [["propertyName": "target", "collectCycle": 1000]]])
      let new = Self.bare("v1beta1", ["nodeName": "edge-node-1", "properties": [["name": "target", "collectCycle": 1000]]])
      let isOld = first == "v1alpha2"
      #expect(try await apply(edge, isOld ? old : new, as: "one", path: isOld ? alpha : Self.device).code == 201)
      let less = try await apply(edge, Self.bare(isOld ? "v1beta1" : "v1alpha2"), as: "one", path: isOld ? Self.device : alpha)
      #expect(less.code == 200, "\(less.json.text)")
      let spec = try await edge.call("GET", Self.device).json["spec"]
      #expect(spec?["nodeName"] == nil)
      #expect(spec?["properties"]?.array?.isEmpty ?? true, "\(spec?.text ?? "")")
    }
  }

  @Test(
    "An item that its applier drops stays, with its name and their fields, for those who applied it too, and not for who set a field of it",
    arguments: [false, true])
  func survivingItem(isApplied: Bool) async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let both: JSONValue = [["name": "target", "collectCycle": 1000], ["name": "temperature"]]
      #expect(try await apply(edge, Self.bare("v1beta1", ["properties": both]), as: "first").code == 201)
      if isApplied {
        let body = Self.bare("v1beta1", ["properties": [["name": "target", "reportCycle": 5000]]])
        #expect(try await apply(edge, body, as: "second").code == 200)
      } else {
        let patch: JSONValue = [["op": "add", "path": "/spec/properties/0/reportCycle", "value": 5000]]
        #expect(try await edge.call("PATCH", Self.device, patch, contentType: "application/json-patch+json").code == 200)
      }
      let less = try await apply(edge, Self.bare("v1beta1", ["properties": [["name": "temperature"]]]), as: "first")
      #expect(less.code == 200, "\(less.json.text)")
      let properties = less.json.at("spec", "properties")?.array ?? []
      #expect(properties.first { $0["name"] == "target" } == (isApplied ? ["name": "target", "reportCycle": 5000] : nil))
    }
  }

  private static func entry(_ changes: [String: JSONValue] = [:]) -> JSONValue {
    var entry: JSONValue = [
      "manager": "given", "operation": "Update", "apiVersion": "devices.kubeedge.io/v1beta1", "time": "2026-01-02T03:04:05Z",
      "fieldsType": "FieldsV1", "fieldsV1": ["f:spec": ["f:nodeName": [:]]],
    ]
    for (field, value) in changes { entry[field] = value }
    return entry
  }

  @Test("An account of who set what that a client gives is checked, and what the client changes with it is noted besides")
  func given() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      let made = try await edge.call("POST", Samples.devices, Samples.device()).json
      func put(_ managed: JSONValue) async throws -> (code: Int, json: JSONValue, warnings: [String]) {
        var object = made
        object["metadata"]?["managedFields"] = managed
        object["metadata"]?["labels"] = ["a": "b"]
        return try await edge.call("PUT", Self.device, object, query: ["fieldManager": "me", "dryRun": "All"])
      }
      let wrong: [(String, JSONValue)] = [
        ("manager", .string(String(repeating: "x", count: 300))), ("operation", "Guess"), ("apiVersion", "a/b/c"), ("apiVersion", ""),
        ("time", "zz"), ("fieldsType", "nonsense"),
      ]
      for (field, value) in wrong {
        let answer = try await put([Self.entry([field: value])])
        #expect(answer.code == 422)
        #expect(answer.json.at("details", "causes")?[0]?["field"] == .string("metadata.managedFields[0].\(field)"))
      }
      #expect(try await put(.array(Array(repeating: Self.entry(), count: 101))).code == 422)
      var many: JSONValue = [:]
      for index in 0..<20_000 { many["f:\(index)-\(String(repeating: "k", count: 80))"] = [:] }
      #expect(try await put([Self.entry(["fieldsV1": ["f:spec": many]])]).code == 413)
      let taken = try await put([Self.entry()])
      #expect(taken.code == 200)
      #expect(managers(taken.json) == ["given", "me"])
    }
  }

  @Test("The account of who set what survives a restart, and so does a deletion that waits")
  func restart() async throws {
    let folder = try TestFolder()
    let before = try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      var device = Samples.device(target: "60")
      device["metadata"]?["finalizers"] = ["example.com/hold"]
      _ = try await apply(edge, device, as: "first")
      #expect(try await edge.call("DELETE", Self.device).json["kind"] == "Device")
      return try await edge.call("GET", Self.device).json["metadata"]
    }
    try await EdgeFixture.with(folder) { edge in
      let after = try await edge.call("GET", Self.device).json["metadata"]
      for field in ["managedFields", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "uid", "finalizers"] {
        #expect(after?[field] == before?[field], "\(field)")
      }
      #expect(try await edge.call("PATCH", Self.device, ["metadata": ["finalizers": .null]]).code == 200)
      #expect(try await edge.call("GET", Self.device).code == 404)
    }
  }

  @Test("Whatever is applied in turn, each applier's fields are there with its last values, or it was told of a conflict")
  func random() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let path = "/api/v1/namespaces/default/configmaps/shared"
      var random = SplitMix(seed: 6)
      var applied: [String: [String: String]] = [:]
      for _ in 0..<300 {
        let manager = ["a", "b", "c"][Int(random.next() % 3)]
        let force = random.next() % 3 == 0
        var data: [String: String] = [:]
        for key in ["k1", "k2", "k3", "k4"] where random.next() % 2 == 0 { data[key] = String(random.next() % 3) }
        let body: JSONValue = [
          "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "shared"],
          "data": .object(JSONObject(data.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
        ]
        let others = applied.filter { $0.key != manager }.values
        let conflicting = data.filter { entry in others.contains { $0[entry.key].map { $0 != entry.value } ?? false } }
        let answer = try await apply(edge, body, as: manager, force: force, path: path)
        if !conflicting.isEmpty, !force {
          #expect(answer.code == 409)
          continue
        }
        #expect(answer.code == 200 || answer.code == 201, "\(answer.json)")
        applied[manager] = data
        for other in applied.keys where other != manager {
          for key in conflicting.keys { applied[other]?[key] = nil }
        }
        var expected: [String: String] = [:]
        for fields in applied.values { expected.merge(fields) { $1 } }
        var found: [String: String] = [:]
        for (key, value) in try await edge.call("GET", path).json["data"]?.object ?? [:] { found[key] = value.string }
        #expect(found == expected)
      }
    }
  }
}
