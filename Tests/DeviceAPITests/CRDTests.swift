import DeviceAPI
import Glibc
import JSON
import Testing
import YAML

@Suite("CustomResourceDefinitions")
struct CRDTests {
  @Test("They follow the rules a kube-apiserver has for them", arguments: APIVersion.allCases)
  func rules(version: APIVersion) throws {
    let documents = CRD.documents(version)
    #expect(documents.map(\.kind) == (version == .v1beta1 ? [.device, .deviceModel, .deviceStatus] : [.device, .deviceModel]))
    for document in documents { #expect(CRDRules.problems(document.object) == []) }
  }

  @Test("Each serves one version; only v1beta1 has a status of its own")
  func versions() throws {
    for version in APIVersion.allCases {
      for document in CRD.documents(version) {
        let served = try #require(document.object.at("spec", "versions")?.array)
        #expect(served.count == 1)
        #expect(served[0]["name"] == .string(version.rawValue))
        #expect((served[0]["subresources"] != nil) == (version == .v1beta1 && document.kind != .deviceModel))
        #expect(document.object.at("spec", "conversion") == ["strategy": "None"])
      }
    }
  }

  @Test("What they say of an object is what is checked here", arguments: APIVersion.allCases)
  func sameSchema(version: APIVersion) throws {
    for document in CRD.documents(version) {
      let json = try #require(document.object.at("spec", "versions")?[0]?.at("schema", "openAPIV3Schema"))
      #expect(try Schema(openAPI: json, isResource: true) == Schema.of(document.kind, version))
    }
  }

  @Test(
    "A rule that is broken is found",
    arguments: [
      (["type": nil], "a type is needed"), (["properties": ["a": [:]]], "a: a type is needed"),
      (["properties": ["a": ["type": "array"]]], "a: an array needs items"),
      (["properties": ["a": ["type": "string", "uniqueItems": true]]], "a: uniqueItems is forbidden"),
      (
        ["properties": ["a": ["type": "object", "properties": [:], "additionalProperties": ["type": "string"]]]],
        "a: properties and additionalProperties exclude each other"
      ),
      (["properties": ["a": ["type": "integer", "default": "x"]]], "a: the default isn't valid"),
      (
        ["properties": ["metadata": ["type": "object", "properties": ["labels": ["type": "object"]]]]],
        "metadata: only name and generateName may be restricted"
      ),
      (
        [
          "properties": [
            "a": [
              "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"],
              "items": ["type": "object", "properties": ["k": ["type": "string"]]],
            ]
          ]
        ],
        "a: the key k is neither required nor has a default"
      ),
      (["properties": ["a": ["type": "object", "oneOf": [["type": "object"]]]]], "a: type is forbidden in oneOf"),
      (["x-kubernetes-preserve-unknown-fields": false], "x-kubernetes-preserve-unknown-fields can only be true"),
    ] as [([String: JSONValue?], String)])
  func broken(change: [String: JSONValue?], problem: String) throws {
    var object = try #require(CRD(.deviceModel, .v1beta1)).object
    var schema: JSONValue = ["type": "object"]
    for (key, value) in change { schema[key] = value }
    var served = try #require(object.at("spec", "versions")?[0])
    served["schema"] = ["openAPIV3Schema": schema]
    object["spec"]?["versions"] = [served]
    #expect(CRDRules.problems(object) == [problem])
  }

  @Test("The files in deploy/crds are what the schemas say", arguments: APIVersion.allCases)
  func files(version: APIVersion) throws {
    for document in CRD.documents(version) {
      var writer = YAMLWriter()
      writer.document(document.object)
      let text = "# Made from the schemas in Sources/DeviceAPI: edgectl crds prints it, and a test keeps it so.\n" + writer.text
      let path = "/\(packageRoot)/deploy/crds/\(version.rawValue)/\(document.fileName)"
      if (try? readFile(path)).map({ String(decoding: $0, as: UTF8.self) }) == text { continue }
      if getenv("SWIFTLET_WRITE_DOCS") != nil { try writeFile(path, text) }
      Issue.record("\(path) isn't what the schemas say; SWIFTLET_WRITE_DOCS=1 swift test --filter CRDTests writes it")
    }
  }
}
