import DeviceAPI
import EdgeCore
import JSON
import TestSupport
import Testing

@Suite("What drivers say of configurations, at the API")
struct DriverSchemaServingTests {
  private static let configMap: JSONValue = {
    let period: JSONValue = ["type": "number", "minimum": 1, "description": "How long a day of the curve is."]
    let document: JSONValue = [
      "protocol": "temperature",
      "protocolConfig": ["type": "object", "description": "How to reach it.", "properties": ["period": period]],
      "visitor": ["type": "object", "description": "How to find it.", "properties": [:]],
    ]
    return [
      "apiVersion": "v1", "kind": "ConfigMap",
      "metadata": ["name": "temperature-driver-schema", "labels": ["devices.kubeedge.io/protocol": "temperature"]],
      "data": ["schema.json": .string(document.text)],
    ]
  }()

  private static func device(period: JSONValue, name: String = "boiler") -> JSONValue {
    var device = Samples.device(name)
    device["spec"]?["protocol"] = ["protocolName": "temperature", "configData": ["period": period]]
    return device
  }

  @Test("A Device that its driver can't use is refused where it is applied; one from before can still be labelled")
  func validation() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      #expect(try await edge.call("POST", Samples.devices, Self.device(period: 0, name: "old")).code == 201)
      #expect(try await edge.call("POST", "/api/v1/namespaces/default/configmaps", Self.configMap).code == 201)
      let refused = try await edge.call("POST", Samples.devices, Self.device(period: 0))
      #expect(refused.code == 422)
      #expect(refused.json.at("details", "causes")?[0]?["field"] == "spec.protocol.configData.period")
      #expect(try await edge.call("POST", Samples.devices, Self.device(period: 60)).code == 201)
      #expect(try await edge.call("PATCH", Samples.devices + "/old", ["metadata": ["labels": ["a": "b"]]]).code == 200)
      let patch: JSONValue = ["spec": ["protocol": ["configData": ["period": -1]]]]
      #expect(try await edge.call("PATCH", Samples.devices + "/old", patch).code == 422)
      #expect(try await edge.call("DELETE", "/api/v1/namespaces/default/configmaps/temperature-driver-schema").code == 200)
      #expect(try await edge.call("PATCH", Samples.devices + "/old", patch).code == 200)
    }
  }

  @Test(
    "A schema whose regular expression takes forever to match, or to read, stops nobody",
    arguments: ["^(a+)+$", String(repeating: "[", count: 1_000), String(repeating: "[", count: 100_000)])
  func patterns(pattern: String) async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      let document: JSONValue = [
        "protocol": "temperature", "visitor": ["type": "object"],
        "protocolConfig": ["type": "object", "properties": ["period": ["type": "string", "pattern": .string(pattern)]]],
      ]
      var configMap = Self.configMap
      configMap["data"] = ["schema.json": .string(document.text)]
      _ = try await edge.call("POST", Samples.models, Samples.model)
      #expect(try await edge.call("POST", "/api/v1/namespaces/default/configmaps", configMap).code == 201)
      let value = JSONValue.string(String(repeating: "a", count: 60) + "!")
      #expect(try await edge.call("POST", Samples.devices, Self.device(period: value)).code == 201)
    }
    try await EdgeFixture.with(folder) { edge in
      let kept = try await edge.call("GET", Samples.devices + "/boiler")
      #expect(kept.code == 200, "after a restart")
    }
  }

  @Test("It is explained with the fields, under another address than before")
  func openAPI() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      func address() async throws -> String? {
        let index = try await edge.call("GET", "/openapi/v3").json
        return index.at("paths", "apis/devices.kubeedge.io/v1beta1", "serverRelativeURL")?.string
      }
      let before = try await address()
      _ = try await edge.call("POST", "/api/v1/namespaces/default/configmaps", Self.configMap)
      #expect(try await address() != before)
      let document = try await edge.call("GET", "/openapi/v3/apis/devices.kubeedge.io/v1beta1").json
      #expect(document.text.contains("How long a day of the curve is."))
    }
    try await EdgeFixture.with(folder) { edge in
      let document = try await edge.call("GET", "/openapi/v3/apis/devices.kubeedge.io/v1beta1").json
      #expect(document.text.contains("How long a day of the curve is."), "after a restart")
    }
  }
}
