import APIClient
import JSON
import TestSupport
import Testing

@testable import EdgectlCommand

@Suite("Files of objects")
struct ManifestTests {
  @Test("Several documents, lists and JSON give their objects in order")
  func documents() {
    let files = ManifestFiles(
      text: """
        apiVersion: v1
        kind: A
        metadata: {name: a}
        ---
        ---
        apiVersion: v1
        kind: List
        items:
          - {apiVersion: v1, kind: B, metadata: {name: b, namespace: cellar}}
        ---
        {"apiVersion": "v1", "kind": "C", "metadata": {"name": "c"}}
        """, file: "f.yaml")
    #expect(files.problems == [])
    #expect(files.manifests.map(\.kind) == ["A", "B", "C"])
    #expect(files.manifests.map(\.namespace) == [nil, "cellar", nil])
  }

  @Test("Every mistake of every document is told with its line and column")
  func mistakes() {
    let files = ManifestFiles(
      text: """
        kind: Device
        metadata: {name: a}
        ---
        apiVersion: v1
        kind: Device
        metadata:
          name: 3
        ---
        - 1
        ---
        apiVersion: v1
        kind: Device
        metadata: {name: ../x}
        """, file: "f.yaml")
    #expect(
      files.problems.map(\.description) == [
        "f.yaml:1:1: apiVersion is missing", "f.yaml:7:3: metadata.name has to be a string",
        "f.yaml:9:1: expected an object with apiVersion, kind and metadata", "f.yaml:13:12: metadata.name: '../x' can't be a name",
      ])
  }

  @Test("What the server finds wrong is told at the field's place")
  func causes() throws {
    let text = """
      apiVersion: v1
      kind: Device
      metadata: {name: a}
      spec:
        properties:
          - name: x
            type: NOPE
      """
    let manifest = try #require(ManifestFiles(text: text, file: "d.yaml").manifests.first)
    let status: JSONValue = [
      "kind": "Status", "message": "invalid",
      "details": [
        "causes": [["field": "spec.properties[0].type", "message": "not a type"], ["field": "spec.nodeName", "message": "missing"]]
      ],
    ]
    let problems = manifest.problems(APIError(server: "s", status: 422, object: status)).map(\.description)
    #expect(problems == ["d.yaml:7:7: spec.properties[0].type: not a type", "d.yaml:4:1: spec.nodeName: missing"])
    let strict: JSONValue = [
      "kind": "Status", "message": #"strict decoding error: unknown field "spec.properties", duplicate field "kind""#,
    ]
    let fields = manifest.problems(APIError(server: "s", status: 400, object: strict)).map(\.description)
    #expect(fields == [#"d.yaml:5:3: unknown field "spec.properties""#, #"d.yaml:2:1: duplicate field "kind""#])
  }

  @Test("A folder gives its files in the order of their names; what isn't there is named")
  func folders() throws {
    let folder = try TestFolder("manifests")
    for name in ["b.yml", "a.yaml", "c.json", "notes.txt", ".hidden.yaml"] {
      try folder.write(name, #"{"apiVersion": "v1", "kind": "K", "metadata": {"name": "\#(name.prefix(1) == "." ? "h" : name)"}}"#)
    }
    #expect(ManifestFiles([folder.path]).manifests.map(\.name) == ["a.yaml", "b.yml", "c.json"])
    #expect(ManifestFiles([folder.path("nope")]).problems.map(\.description) == ["\(folder.path("nope")): no such file or folder"])
    try folder.write("empty/readme.txt", "")
    #expect(
      ManifestFiles([folder.path("empty")]).problems.map(\.description) == [
        "\(folder.path("empty")): no .yaml, .yml or .json file in this folder; -R reads the folders in it too"
      ])
    try folder.write("empty/deep/x.yaml", "{apiVersion: v1, kind: K, metadata: {name: x}}")
    #expect(ManifestFiles([folder.path("empty")], isRecursive: true).manifests.map(\.name) == ["x"])
  }
}

@Suite("Setting desired values")
struct DesiredEditTests {
  private let device: JSONValue = [
    "metadata": ["name": "boiler"],
    "spec": [
      "properties": [
        ["name": "status"], ["name": "target", "desired": ["value": "1", "metadata": ["timestamp": "5", "type": "float"]]],
      ]
    ],
  ]

  @Test("A property is found by its name, and its old time is dropped")
  func change() throws {
    let patch = try DesiredEdit(device: device).patch([try #require(.init(argument: "target=a=b"))], now: 9)
    #expect(
      patch == [
        ["op": "test", "path": "/spec/properties/1/name", "value": "target"],
        ["op": "add", "path": "/spec/properties/1/desired", "value": ["value": "a=b", "metadata": ["type": "float"]]],
      ])
  }

  @Test("The value that is desired already is set anew with a later time, as nothing would change without")
  func anew() throws {
    var known = device
    known["status"] = [
      "twins": [["propertyName": "target", "desired": ["value": "1", "metadata": ["timestamp": "1000"]]]]
    ]
    let same = try #require(SetDesired.Assignment(argument: "target=1"))
    for (now, timestamp) in [(5000, "5000"), (9, "1001")] as [(Int64, String)] {
      let patch = try DesiredEdit(device: known).patch([same], now: now)
      #expect(patch[1]?["value"] == ["value": "1", "metadata": ["timestamp": .string(timestamp), "type": "float"]])
    }
    known["status"] = [
      "twins": [["propertyName": "target", "desired": ["value": "1", "metadata": ["timestamp": .string("\(Int64.max)")]]]]
    ]
    #expect(try DesiredEdit(device: known).patch([same], now: 9)[1]?.at("value", "metadata", "timestamp") == .string("\(Int64.max)"))
    known["status"] = ["twins": [["propertyName": "target", "desired": ["value": "1", "metadata": ["timestamp": "1000"]]]]]
    known["spec"]?["properties"] = [["name": "status"]]
    var edit = DesiredEdit(device: known)
    edit.modelProperties = ["target"]
    #expect(try edit.patch([same], now: 5000)[0]?.at("value", "desired", "metadata", "timestamp") == "5000")
  }

  @Test("A property of the model is added, another one refused with those there are")
  func unknown() throws {
    var edit = DesiredEdit(device: device)
    edit.modelProperties = ["target", "mode"]
    #expect(
      try edit.patch([try #require(.init(argument: "mode="))], now: 9)
        == [["op": "add", "path": "/spec/properties/-", "value": ["name": "mode", "desired": ["value": ""]]]])
    let error = #expect(throws: CommandError.self) { try edit.patch([try #require(.init(argument: "nope=1"))], now: 9) }
    #expect(error?.description == #"the device "boiler" has no property "nope"; it has: status, target, mode"#)
    #expect(SetDesired.Assignment(argument: "=1") == nil)
    #expect(SetDesired.Assignment(argument: "x") == nil)
  }

  @Test("A value is reached when the device reports it, as text or as number; a refusal names its property")
  func progress() {
    let values = ["target=21.5", "mode="].compactMap(SetDesired.Assignment.init(argument:))
    func device(_ reported: String, _ synced: JSONValue) -> JSONValue {
      ["status": ["twins": [["propertyName": "target", "reported": ["value": .string(reported)]]], "conditions": [synced]]]
    }
    let pending: JSONValue = ["type": "Synced", "status": "False", "reason": "Pending", "message": "target: desired"]
    #expect(DesiredProgress(values, device: device("21.50", pending)) == .reached)
    #expect(DesiredProgress(values, device: device("20", pending)) == .pending("target: desired"))
    let rejected: JSONValue = ["type": "Synced", "status": "False", "reason": "Rejected", "message": "target: too hot"]
    #expect(DesiredProgress(values, device: device("20", rejected)) == .refused("target: too hot"))
    let late: JSONValue = ["type": "Synced", "status": "False", "reason": "Timeout", "message": "target: not shown"]
    #expect(DesiredProgress(values, device: device("20", late)) == .refused("target: not shown"))
    let other: JSONValue = ["type": "Synced", "status": "False", "reason": "Rejected", "message": "mode2: too hot"]
    #expect(DesiredProgress(values, device: device("20", other)) == .pending("mode2: too hot"))
    #expect(DesiredProgress(values, device: [:]) == .pending(""))
  }

  @Test("A file may have as many values as a mapper reads of one, and a namespace that is empty is none")
  func largeFile() {
    let properties = (0..<40_000).map { "  - {name: p\($0), reportToCloud: true}\n" }.joined()
    let text =
      "apiVersion: devices.kubeedge.io/v1beta1\nkind: Device\nmetadata: {name: d, namespace: ''}\nspec:\n  properties:\n" + properties
    let files = ManifestFiles(text: text, file: "d.yaml")
    #expect(files.problems.isEmpty)
    #expect(files.manifests.map(\.namespace) == [nil])
  }

  @Test("A number that the device can't hold to its last digit is reached when the server says so, or when it is the same one in its type")
  func singlePrecision() {
    let values = [SetDesired.Assignment(argument: "target=41.123456789")].compactMap { $0 }
    func device(_ status: String, desired: String, type: String) -> JSONValue {
      [
        "status": [
          "twins": [
            [
              "propertyName": "target", "desired": ["value": .string(desired)],
              "reported": ["value": "41.123455", "metadata": ["type": .string(type)]],
            ]
          ], "conditions": [["type": "Synced", "status": .string(status), "message": "m"]],
        ]
      ]
    }
    #expect(DesiredProgress(values, device: device("True", desired: "41.123456789", type: "")) == .reached)
    #expect(DesiredProgress(values, device: device("True", desired: "40", type: "")) == .pending("m"), "another wish")
    #expect(DesiredProgress(values, device: device("Unknown", desired: "41.123456789", type: "float")) == .reached)
    #expect(DesiredProgress(values, device: device("Unknown", desired: "41.123456789", type: "double")) == .pending("m"))
  }
}
