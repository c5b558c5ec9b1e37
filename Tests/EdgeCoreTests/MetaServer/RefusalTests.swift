import EdgeCore
import JSON
import TestSupport
import Testing
import TwinProtocol

@Suite("What the API refuses")
struct RefusalTests {
  private static let wrongFields: [(String, Int, String)] = [
    (#"{"spec":{"nodename":"x"}}"#, 400, "unknown field \"spec.nodename\""),
    (#"{"spec":{"nodeName":7}}"#, 422, "spec.nodeName"),
    (#"{"metadata":{"labels":{"a b":"x"}}}"#, 422, "metadata.labels"),
    (#"{"spec":{"properties":[{"name":"target","desired":{"value":"99"}}]}}"#, 422, "spec.properties[0].desired"),
    (#"{"spec":{"properties":[{"name":"target","desired":{"value":"warm"}}]}}"#, 422, "spec.properties[0].desired"),
    (#"{"spec":{"properties":[{"name":"temperature","desired":{"value":"50"}}]}}"#, 422, "spec.properties[0].desired"),
    (#"{"spec":{"properties":[{"name":"pressure"}]}}"#, 422, "spec.properties[0].name"),
    (#"{"spec":{"properties":[{"name":"target"},{"name":"target"}]}}"#, 422, "spec.properties[1]: "),
  ]

  @Test("What nests too deeply is refused; the deepest that isn't can be changed, waited for and read after a restart")
  func depth() async throws {
    @Sendable func device(_ levels: Int) -> JSONValue {
      var device = Samples.device("deep")
      device["metadata"]?["finalizers"] = ["example.com/hold"]
      var value: JSONValue = 1
      // The device, its spec, protocol and configData are levels of their own.
      for _ in 4..<levels { value = ["a": value] }
      device["spec"]?["protocol"] = ["protocolName": "temperature", "configData": ["a": value]]
      return device
    }
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      #expect(try await edge.call("POST", Samples.devices, device(65)).code == 400)
      #expect(try await edge.call("POST", Samples.devices, device(64)).code == 201)
      #expect(try await edge.call("PATCH", Samples.devices + "/deep", ["metadata": ["labels": ["a": "b"]]]).code == 200)
      #expect(try await edge.call("DELETE", Samples.devices + "/deep").code == 200)
    }
    try await EdgeFixture.with(folder) { edge in
      let kept = try await edge.call("GET", Samples.devices + "/deep").json
      #expect(kept.at("metadata", "deletionTimestamp")?.string != nil)
      #expect(kept.at("metadata", "managedFields")?.array?.isEmpty == false)
    }
  }

  @Test("A Device with a wrong field is refused with its place", arguments: wrongFields)
  func wrongField(change: String, code: Int, place: String) async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      let body = MergePatch.apply(try JSONValue(parsing: change), to: Samples.device())
      let answer = try await edge.call("POST", Samples.devices, body, query: ["fieldValidation": "Strict"])
      #expect(answer.code == code)
      #expect(answer.json["kind"] == "Status")
      #expect(answer.json["message"]?.string?.contains(place) == true, "\(answer.json.text)")
      #expect(try await edge.call("GET", Samples.devices + "/boiler").code == 404)
    }
  }

  @Test(
    "A name that can't be a topic level is refused", arguments: ["a/b", "a#b", "a+b", "", "A", "-a", String(repeating: "x", count: 254)])
  func name(name: String) async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let answer = try await edge.call("POST", Samples.devices, Samples.device(name))
      #expect(answer.code == 422)
      #expect(answer.json["message"]?.string?.contains("metadata.name") == true, "\(answer.json.text)")
    }
  }

  @Test("Unknown fields are only a warning where the client doesn't ask for more, and are dropped")
  func unknownFieldWarning() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      var body = Samples.device()
      body["spec"]?["nodename"] = "x"
      let answer = try await edge.call("POST", Samples.devices, body)
      #expect(answer.code == 201)
      #expect(answer.warnings.contains("unknown field \"spec.nodename\""))
      #expect(answer.json.at("spec", "nodename") == nil)
    }
  }

  @Test("A field that a body has twice is refused where the client asks for it, and else only a warning")
  func duplicateField() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let text = Samples.device().text.dropLast() + #","metadata":{"name":"boiler","labels":{"a":"1","a":"2"}}}"#
      let strict = try await edge.call("POST", Samples.devices, query: ["fieldValidation": "Strict"], text: String(text))
      #expect(strict.code == 400)
      #expect(
        strict.json["message"]?.string?.hasSuffix(
          #"strict decoding error: duplicate field "metadata", duplicate field "metadata.labels.a""#) == true, "\(strict.json.text)")
      #expect(
        try await edge.call("POST", Samples.devices, query: ["fieldValidation": "Ignore", "dryRun": "All"], text: String(text)).warnings
          .count(where: { $0.hasPrefix("duplicate") }) == 0)
      let answer = try await edge.call("POST", Samples.devices, text: String(text))
      #expect(answer.code == 201)
      #expect(answer.warnings.prefix(2) == [#"duplicate field "metadata""#, #"duplicate field "metadata.labels.a""#])
      #expect(answer.json.at("metadata", "labels") == ["a": "2"])
      let patched = try await edge.call(
        "PATCH", Samples.devices + "/boiler", query: ["fieldValidation": "Strict"],
        text: #"{"metadata":{"labels":{"b":"1","b":"2"}}}"#)
      #expect(patched.code == 422)
    }
  }

  @Test("Paths, methods, types and bodies that mean nothing are answered with a Status")
  func requests() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let device = Samples.devices + "/boiler"
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      #expect(try await edge.call("GET", "/apis/devices.kubeedge.io/v9/devices").code == 404)
      #expect(try await edge.call("GET", "/apis/devices.kubeedge.io/v1beta1/pumps").code == 404)
      #expect(try await edge.call("GET", "/nothing").code == 404)
      #expect(try await edge.call("GET", Samples.devices + "/none").json["reason"] == "NotFound")
      #expect(try await edge.call("POST", Samples.devices, Samples.device()).json["reason"] == "AlreadyExists")
      #expect(try await edge.call("DELETE", "/version").code == 405)
      #expect(try await edge.call("POST", Samples.devices, Samples.device("b"), contentType: "text/plain").code == 415)
      #expect(try await edge.call("PATCH", device, [:], contentType: "application/strategic-merge-patch+json").code == 415)
      #expect(
        try await edge.call("PATCH", device, [["op": "test", "path": "/kind", "value": "x"]], contentType: "application/json-patch+json")
          .code == 422)
      #expect(try await edge.call("POST", Samples.devices, "text").code == 400)
      #expect(try await edge.call("GET", Samples.devices, query: ["labelSelector": "a in"]).code == 400)
      #expect(try await edge.call("GET", Samples.devices, query: ["fieldSelector": "spec.foo=1"]).code == 400)
      #expect(try await edge.call("PUT", device, Samples.device("other")).code == 400)
    }
  }

  @Test("A change of what isn't any more is a conflict; a moving status is none")
  func conflict() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      let created = try await edge.call("POST", Samples.devices, Samples.device()).json
      _ = try await edge.receive(Samples.topic("boiler", .twinUpdate), #"{"twin":{"temperature":{"actual":{"value":"1"}}}}"#)
      let changed = try await edge.call("PUT", Samples.devices + "/boiler", with("nodeName", "edge-node-2", in: created))
      #expect(changed.code == 200)
      let late = try await edge.call("PUT", Samples.devices + "/boiler", with("nodeName", "edge-node-3", in: created))
      #expect(late.code == 409)
      #expect(late.json["reason"] == "Conflict")
    }
  }

  @Test("A dry run answers as the real one would and changes nothing")
  func dryRun() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      #expect(try await edge.call("POST", Samples.devices, Samples.device(), query: ["dryRun": "All"]).code == 201)
      #expect(try await edge.call("GET", Samples.devices + "/boiler").code == 404)
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      #expect(try await edge.call("DELETE", Samples.devices + "/boiler", query: ["dryRun": "All"]).code == 200)
      #expect(try await edge.call("GET", Samples.devices + "/boiler").code == 200)
    }
  }

  @Test("A page from elsewhere doesn't get in")
  func door() {
    let door = RequestDoor(host: "127.0.0.1")
    #expect(throws: Never.self) { () throws in try door.check(authority: "127.0.0.1:10550", origin: nil) }
    #expect(throws: Never.self) { () throws in try door.check(authority: "localhost:10550", origin: "http://localhost:3000") }
    #expect(throws: Never.self) { () throws in try door.check(authority: "[::1]:10550", origin: nil) }
    for (authority, origin) in [
      ("evil.example:10550", nil), ("127.0.0.1.evil.example", nil), ("127.0.0.1:10550", "http://evil.example"),
      ("127.0.0.1:10550", "null"), ("127.0.0.1:10550", "garbage"),
    ] {
      let status = #expect(throws: APIStatus.self) { () throws in try door.check(authority: authority, origin: origin) }
      #expect(status?.code == 403)
    }
  }

  @Test("A page that doesn't say what it sends writes nothing")
  func unnamedBody() {
    let door = RequestDoor(host: "127.0.0.1")
    for type in [nil, ""] {
      let status = #expect(throws: APIStatus.self) {
        () throws in try door.check(method: "POST", origin: "http://localhost:3000", contentType: type)
      }
      #expect(status?.code == 415)
      #expect(throws: Never.self) { () throws in try door.check(method: "POST", origin: nil, contentType: type) }
      #expect(throws: Never.self) { () throws in try door.check(method: "DELETE", origin: "http://localhost:3000", contentType: type) }
    }
  }

  @Test("Of very many warnings some are told, and how many there are besides")
  func manyWarnings() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      var body = Samples.device()
      for index in 0..<8_000 { body["spec"]?["unknown\(index)"] = 1 }
      let answer = try await edge.call("POST", Samples.devices, body, query: ["dryRun": "All"])
      #expect(answer.code == 201)
      #expect(answer.warnings.count == 30)
      #expect(answer.warnings.last?.hasSuffix("more warnings") == true)
      #expect(answer.warnings.reduce(0) { $0 + $1.utf8.count } <= 4_096)
    }
  }

  private func with(_ field: String, _ value: JSONValue, in object: JSONValue) -> JSONValue {
    var object = object
    object["spec"]?[field] = value
    return object
  }
}
