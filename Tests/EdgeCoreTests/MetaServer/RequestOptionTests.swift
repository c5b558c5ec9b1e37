import DeviceAPI
import EdgeCore
import JSON
import TestSupport
import Testing

@Suite("What requests ask beside their object")
struct RequestOptionTests {
  private static let device = Samples.devices + "/boiler"

  @Test(
    "A flag is set by any word but false and 0, as Python's client writes True",
    arguments: [("true", true), ("True", true), ("1", true), ("", true), ("yes", true), ("false", false), ("False", false), ("0", false)])
  func flag(text: String, isSet: Bool) async throws {
    #expect(try APIRequest(path: Samples.devices, query: ["watch": text]).flag("watch") == isSet)
    #expect(try !APIRequest(path: Samples.devices).flag("watch"))
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      for manager in ["first", "second"] {
        var body = Samples.device()
        body["spec"]?["nodeName"] = .string(manager)
        let answer = try await edge.call(
          "PATCH", Self.device, body, contentType: "application/apply-patch+yaml", query: ["fieldManager": manager, "force": text])
        #expect(answer.code == (manager == "first" ? 201 : isSet ? 200 : 409))
      }
    }
  }

  @Test(
    "Options of a deletion that can't be read are refused, and nothing is deleted",
    arguments: [
      #"{"preconditions":"x"}"#, #"{"preconditions":{"uid":5}}"#, #"{"preconditions":{"resourceVersion":5}}"#, #"{"propagationPolicy":5}"#,
      #"{"gracePeriodSeconds":"x"}"#, #"{"gracePeriodSeconds":1.5}"#, #"{"orphanDependents":"yes"}"#, "[]",
    ])
  func deleteOptions(text: String) async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      let answer = try await edge.call("DELETE", Self.device, text: text)
      #expect(answer.code == 400)
      #expect(try await edge.call("GET", Self.device).code == 200)
      #expect(try await edge.call("DELETE", Self.device, text: #"{"preconditions":null,"gracePeriodSeconds":0}"#).code == 200)
    }
  }

  @Test("A dry run shows what would change, and not what the server would say to it")
  func dryRun() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let made = try await edge.call("POST", Samples.devices, Samples.device())
      let change: JSONValue = ["spec": ["nodeName": "elsewhere"]]
      let shown = try await edge.call("PATCH", Self.device, change, query: ["dryRun": "All"])
      #expect(shown.json.at("spec", "nodeName") == "elsewhere")
      #expect(shown.json.at("metadata", "generation") == 2)
      #expect(made.json.at("status", "conditions")?.array?.isEmpty == false)
      #expect(shown.json.at("status", "conditions") == made.json.at("status", "conditions"))
    }
  }

  @Test("A collection is deleted as far as its limit goes")
  func deletedLimit() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      for name in ["a", "b", "c"] { _ = try await edge.call("POST", Samples.devices, Samples.device(name)) }
      #expect(try await edge.call("DELETE", Samples.devices, query: ["limit": "2"]).code == 200)
      let left = try await edge.call("GET", Samples.devices).json["items"]?.array
      #expect(left?.compactMap { $0.at("metadata", "name")?.string } == ["c"])
    }
  }

  @Test("Initial events are for watches, and say which revision they may be of")
  func initialEvents() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let answer = try await edge.call("GET", Samples.devices, query: ["sendInitialEvents": "true"])
      #expect(answer.code == 422)
      #expect(answer.json.at("details", "causes")?.array?.first?["field"] == "sendInitialEvents")
    }
    for (query, reasons) in [
      (["sendInitialEvents": "true"], ["FieldValueForbidden"]), (["sendInitialEvents": "false"], ["FieldValueForbidden"]),
      (["sendInitialEvents": "true", "resourceVersionMatch": "Exact"], ["FieldValueNotSupported"]),
      (["resourceVersionMatch": "NotOlderThan"], ["FieldValueForbidden"]),
      (["sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan", "continue": "x"], ["FieldValueForbidden"]),
    ] {
      let request = try APIRequest(path: Samples.devices, query: query)
      let error = #expect(throws: APIStatus.self) { try WatchStream.Options(request) }
      #expect(error?.code == 422)
      #expect(error?.causes.map(\.reason) == reasons)
    }
    let request = try APIRequest(
      path: Samples.devices, query: ["sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan", "resourceVersion": "7"])
    #expect(try WatchStream.Options(request).leastRevision == 7)
  }

  @Test("A patch with an unknown field is refused with Strict, as the patch and not as the object")
  func strictPatch() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      let answer = try await edge.call("PATCH", Self.device, ["spec": ["nodename": "x"]], query: ["fieldValidation": "Strict"])
      #expect(answer.code == 422)
      #expect(
        answer.json.at("details", "causes")
          == [
            ["reason": "FieldValueInvalid", "message": "strict decoding error: unknown field \"spec.nodename\"", "field": "patch"]
          ])
    }
  }
}
