import JSON
import TestSupport
import Testing
import YAML

@testable import EdgectlCommand

@Suite("kubectl's JSONPath")
struct JSONPathTests {
  private static let text = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: x, labels: {"a.b/c": d}, annotations: {z: z}}
    data: {k: "<v>", long: "0123"}
    list:
      - {type: A, count: 1, ok: true}
      - {type: B, count: 2.5, tags: [x, y]}
      - {type: C, count: 3, none: null}
    empty: []
    """

  private static func document() throws -> JSONValue {
    try #require(try YAMLDocument.parseAll(text, file: "x.yaml").first).value
  }

  /// Templates that kubectl and edgectl have to make the same of.
  static let templates = [
    "{.}", "{.none}", "{.list[2].none}", "{.list[-1].count}", "{.list[-2:].type}", "{.list..type}", "{..type}", "{.list.*.type}",
    "{.metadata.labels.*}", #"{.metadata.labels['a\.b/c']}"#, #"{.metadata.labels.a\.b/c}"#, "{.metadata['name','labels']}",
    #"{.list[?(@.type=="B")].count}"#, "{.list[?(@.type=='B')].count}", "{.list[?(@.ok)].type}", "{.list[?(@.ok==true)].type}",
    #"{.list[?(@.type!="A")].type}"#, #"{.list[?(@.type>"A")].type}"#, #"{.list[?(@.type<="B")].type}"#, "{.list[?(@.tags)].tags[1]}",
    "{.list[0,2].type}", "{.list[0:2].type}", "{.list[1:].type}", "{.list[:-1].type}", "{.list[::2].type}", "{.list[0:0].type}",
    "{.list[*].type}", "{.list[*]..type}", #"{range .list[*]}{.type}={.tags[0]}{"\t"}{end}"#, "{range .empty[*]}x{end}y", "{.empty[*]}",
    "{.list[?(@.none)].type}", "{1}{true}{-2.5}", #"{['data']['k']}"#, #"{.list[?(@.type=="A")].ok}{"a"}"#, "{range .list[*]}{.type}",
    "{.list[0] .type}", ".metadata.name", "name={.metadata.name}: {.kind}\n", #"{"\u00e9\x41\"\n"}"#, "{.data}", "{.list[1]}",
    "{range .list[*]}{range .tags[*]}{@};{end}{end}", "{$.kind}", "{@.kind}", "{.kind.nothing}", "", "{.data.k}{'\\t'}{.data.long}",
    #"{.list[?(@.type=="B")].tags}"#, "{.metadata..c}",
    // These are refused.
    "{..*}", "{.a", "{.list[0]", "{a}", "{end}", "{.list[9]}", "{.empty[0]}", "{.list[0:9].type}", "{.metadata.labels[*]}",
    "{.data[\"k\"]}",
    #"{.list[?(@.type=~"A")]}"#, "{.list[?(@.type)", "{.kind['x]}", #"{"a}"#, "{.list[x]}", "{.data[?(@.k)]}", "{.list[2:1]}",
  ]

  @Test("What kubectl makes of a template is made here too", .timeLimit(.minutes(3)))
  func comparison() async throws {
    let folder = try TestFolder("jsonpath")
    let file = try folder.write("x.yaml", Self.text)
    let document = try Self.document()
    for template in Self.templates where !template.isEmpty {
      let kubectl = try await TestProcess.run(
        try Executables.kubectl(), ["annotate", "--local", "-f", file, "z=z", "--overwrite", "-o", "jsonpath=\(template)"],
        environment: ["KUBECONFIG": folder.path("none"), "HOME": folder.path])
      let own = Result { try JSONPath(template).text(document) }
      if kubectl.exit == .code(0) {
        #expect((try? own.get()) == kubectl.stdout, "\(template): \(own)")
      } else {
        #expect(throws: (any Error).self, "\(template): \(kubectl.stderr)") { try own.get() }
      }
    }
  }

  @Test("All of a map's values are there, in the order of their names; kubectl's order is another each time")
  func everyValue() throws {
    #expect(try JSONPath("{.data.*}").text(try Self.document()) == "<v> 0123")
  }

  @Test("Numbers are compared as numbers, whole or not, which kubectl doesn't do")
  func numbers() throws {
    let document = try Self.document()
    #expect(try JSONPath("{.list[?(@.count>1)].type}").text(document) == "B C")
    #expect(try JSONPath("{.list[?(@.count==2.50)].type}").text(document) == "B")
    #expect(throws: JSONPath.Failure.self) { try JSONPath(#"{.list[?(@.count>"1")].type}"#).text(document) }
  }

  @Test(
    "An index that no list has is refused or empty, however large",
    arguments: [
      "{[9223372036854775807]}", "{[-9223372036854775808]}", "{[:-9223372036854775808]}", "{[0:9223372036854775807]}",
      "{[0:1:9223372036854775807]}", "{[2147483647]}", "{[-2147483648]}", "{[:-2147483648]}", "{[0:1:2147483647]}",
    ])
  func hugeIndex(path: String) throws {
    for list: JSONValue in [[], [1, 2]] { _ = try? JSONPath(path).text(list) }
    #expect(throws: JSONPath.Failure.self) { try JSONPath("{[9223372036854775807]}") }
  }

  @Test("A single path may leave its braces and dot out")
  func relaxed() throws {
    let document = try Self.document()
    for path in ["metadata.name", ".metadata.name", "{.metadata.name}", "{metadata.name}"] {
      #expect(try JSONPath(relaxed: path).values(document) == ["x"])
    }
    #expect(throws: JSONPath.Failure.self) { try JSONPath(relaxed: "{.a}{.b}") }
    #expect(throws: JSONPath.Failure.self) { try JSONPath(relaxed: "") }
  }

  @Test("Any text is read or refused, never worse", arguments: 0..<8)
  func anything(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let alphabet = Array("{}[]().,:*?@$'\"\\ ab01-=<>!\nrange end")
    for _ in 0..<2_000 {
      let template = String((0..<Int.random(in: 1...24, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "." })
      guard let path = try? JSONPath(template) else { continue }
      _ = try? path.text(["a": [["b": 1], "x"], "b": ["a": .null]])
    }
  }
}

@Suite("Printing objects")
struct ObjectPrinterTests {
  private let type = ResourceType(
    group: "devices.kubeedge.io", version: "v1beta1", plural: "devices", singular: "device", kind: "Device", shortNames: [],
    isNamespaced: true)
  private let list: JSONValue = [
    "kind": "DeviceList", "apiVersion": "devices.kubeedge.io/v1beta1", "metadata": ["resourceVersion": "7"],
    "items": [
      ["metadata": ["name": "b", "namespace": "default", "managedFields": [["manager": "x"]]], "spec": ["nodeName": "n2", "n": 10]],
      ["metadata": ["name": "a", "namespace": "default"], "spec": ["n": 9, "list": [1, ["x": "y"]]]],
    ],
  ]

  private func text(
    _ format: String, _ document: JSONValue? = nil, isOne: Bool = false, _ change: (inout ObjectPrinter.Options) -> Void = { _ in }
  ) throws -> String? {
    var options = ObjectPrinter.Options()
    change(&options)
    var printer = ObjectPrinter(format: try OutputFormat(format), options: options)
    return try printer.text([.init(type: type, document: document ?? list)], isOne: isOne)
  }

  @Test("custom-columns show <none> for what isn't there, and Go's text for what has parts")
  func customColumns() throws {
    #expect(
      try text("custom-columns=N:.metadata.name,NODE:spec.nodeName,LIST:{.spec.list}") == """
        N     NODE     LIST
        b     n2       <none>
        a     <none>   [1 map[x:y]]

        """)
    #expect(throws: JSONPath.Failure.self) { try OutputFormat("custom-columns=NAME") }
    #expect(throws: JSONPath.Failure.self) { try OutputFormat("jsonpath=") }
    #expect(throws: JSONPath.Failure.self) { try OutputFormat("nope") }
  }

  @Test("Names, paths and documents are of all objects, without managedFields unless they are wanted")
  func documents() throws {
    #expect(try text("name") == "device.devices.kubeedge.io/b\ndevice.devices.kubeedge.io/a\n")
    #expect(try text("jsonpath={.items[*].metadata.name}") == "b a")
    #expect(try text("jsonpath-as-json={.items[*].spec.n}").map { try JSONValue(parsing: $0) } == [10, 9])
    let yaml = try #require(try text("yaml"))
    #expect(yaml.hasPrefix("apiVersion: v1\nitems:\n- apiVersion: devices.kubeedge.io/v1beta1\n  kind: Device\n"))
    #expect(!yaml.contains("managedFields") && yaml.hasSuffix("kind: List\nmetadata:\n  resourceVersion: \"\"\n"))
    #expect(try text("yaml") { $0.showsManagedFields = true }?.contains("manager: x") == true)
    let one = try #require(list["items"]?[1])
    #expect(try text("jsonpath={.metadata.name}", one, isOne: true) == "a")
  }

  @Test("Objects are sorted by a field, numbers as numbers; a field that nobody has is refused")
  func sorting() throws {
    #expect(
      try text("name") { $0.sortBy = try? JSONPath(relaxed: ".spec.n") } == "device.devices.kubeedge.io/a\ndevice.devices.kubeedge.io/b\n")
    #expect(throws: JSONPath.Failure.self) { try text("name") { $0.sortBy = try? JSONPath(relaxed: ".spec.nope") } }
  }

  @Test("A table goes on below itself, with labels, events and qualified names where they are wanted")
  func tables() throws {
    let table: JSONValue = [
      "kind": "Table", "columnDefinitions": [["name": "Name", "format": "name"], ["name": "State"], ["name": "Message", "priority": 1]],
      "rows": [
        [
          "cells": ["pump", "online", "-"],
          "object": ["metadata": ["name": "pump", "namespace": "default", "labels": ["x/floor": "1", "b": "2"]]],
        ]
      ],
    ]
    var options = ObjectPrinter.Options()
    options.showsEvents = true
    options.namespaces = true
    options.labelColumns = ["x/floor"]
    options.showsLabels = true
    var printer = ObjectPrinter(format: .table, options: options)
    #expect(
      try printer.text([.init(type: type, document: table, event: "ADDED")], isOne: false) == """
        EVENT   NAMESPACE   NAME   STATE    FLOOR   LABELS
        ADDED   default     pump   online   1       b=2,x/floor=1

        """)
    var change = table
    change["columnDefinitions"] = .null
    #expect(
      try printer.text([.init(type: type, document: change, event: "MODIFIED")], isOne: true)
        == "MODIFIED   default     pump   online   1       b=2,x/floor=1\n")
    options = ObjectPrinter.Options()
    options.qualifiesNames = true
    options.showsHeader = false
    printer = ObjectPrinter(format: .wide, options: options)
    #expect(try printer.text([.init(type: type, document: table)], isOne: false) == "device.devices.kubeedge.io/pump   online   -\n")
  }
}
