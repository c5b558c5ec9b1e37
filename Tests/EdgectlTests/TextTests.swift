import JSON
import Testing

@testable import EdgectlCommand

@Suite("Text for a terminal")
struct TextTests {
  @Test("Nothing that steers the terminal gets through")
  func safe() {
    #expect(DisplayText.safe("21.5 °C") == "21.5 °C")
    #expect(DisplayText.safe("a\u{1B}[2Jb\nc\u{7}\u{9B}d\u{202E}e") == "a�[2Jb�c��d�e")
  }

  @Test("Text is measured in columns and fitted to them")
  func fit() {
    #expect(DisplayText.width("°C 温度 é") == 3 + 4 + 2)
    #expect(DisplayText.fit("ab", 4) == "ab  ")
    #expect(DisplayText.fit("abcdef", 4) == "abc…")
    #expect(DisplayText.fit("温度温度", 4) == "温… ")
    #expect(DisplayText.cut("abc", 3) == "abc")
    #expect(DisplayText.cut("abc", 0) == "")
  }

  @Test("Ages are said as kubectl says them")
  func ages() {
    let ages: [(Int64, String)] = [
      (-3, "0s"), (0, "0s"), (119, "119s"), (120, "2m"), (125, "2m5s"), (600, "10m"), (10_800, "3h"), (10_860, "3h1m"), (28_800, "8h"),
      (172_800, "2d"), (183_600, "2d3h"), (691_200, "8d"), (69_120_000, "2y70d"), (259_200_000, "8y"),
    ]
    for (seconds, text) in ages { #expect(ageText(seconds: seconds) == text) }
  }

  @Test("Spans of time are read as kubectl reads them")
  func spans() {
    let spans: [(String, Int64?)] = [
      ("90s", 90), ("10m", 600), ("1h30m", 5_400), ("2d", 172_800), ("", nil), ("5", nil), ("m", nil), ("0s", nil), ("-5s", nil),
      ("1h30", nil), ("99999999999999999999s", nil),
    ]
    for (text, seconds) in spans { #expect(TimeSpan(argument: text)?.seconds == seconds, "\(text)") }
  }

  @Test("Times are read with their offsets")
  func times() {
    #expect(unixSeconds(rfc3339: "1970-01-01T00:00:00Z") == 0)
    #expect(unixSeconds(rfc3339: "2026-11-23T07:19:28Z") == 1_795_418_368)
    #expect(unixSeconds(rfc3339: "2024-02-29T23:59:59.123456Z") == 1_709_251_199)
    #expect(unixSeconds(rfc3339: "2026-11-23T09:19:28+02:00") == 1_795_418_368)
    #expect(unixSeconds(rfc3339: "yesterday") == nil)
  }

  @Test("A styled line has its colours only where they are wanted, and no spaces at its end")
  func styles() {
    var line = StyledLine("a ", .bold)
    line.append("b  ", .green)
    line.append("   ")
    #expect(line.text(colored: false) == "a b")
    #expect(line.text(colored: true) == "\u{1B}[1ma \u{1B}[0m\u{1B}[32mb\u{1B}[0m")
  }
}

@Suite("Tables")
struct TableTests {
  private let type = ResourceType(
    group: "", version: "v1", plural: "things", singular: "thing", kind: "Thing", shortNames: [], isNamespaced: true)
  private let table: JSONValue = [
    "kind": "Table",
    "columnDefinitions": [["name": "Name"], ["name": "State"], ["name": "Message", "priority": 1]],
    "rows": [
      ["cells": ["boiler", "online", .null], "object": ["metadata": ["name": "boiler", "namespace": "cellar"]]],
      ["cells": ["t", 3, "x"], "object": ["metadata": ["name": "t", "namespace": "default"]]],
    ],
  ]

  @Test("The server's columns are shown, the wide ones and the namespace when asked")
  func server() {
    let table = ServerTable(table, now: 0)
    var namespaces = ObjectPrinter.Options()
    namespaces.namespaces = true
    #expect(table.text(wide: false, options: .init(), type: type).lines() == ["NAME     STATE", "boiler   online", "t        3"])
    #expect(
      table.text(wide: true, options: namespaces, type: type).lines() == [
        "NAMESPACE   NAME     STATE    MESSAGE", "cellar      boiler   online   <none>", "default     t        3        x",
      ])
  }

  @Test("A server without tables gives names and ages")
  func list() {
    let list: JSONValue = ["kind": "DeviceList", "items": [["metadata": ["name": "a", "creationTimestamp": "1970-01-01T00:00:00Z"]]]]
    #expect(ServerTable(list, now: 90).text(wide: false, options: .init(), type: type).lines() == ["NAME   AGE", "a      90s"])
  }

  @Test("Values of short options may stand right behind them, as kubectl's may")
  func joined() {
    #expect(
      Edgectl.separated(["get", "-oname", "-lfloor=1", "-A", "--", "-oname"])
        == ["get", "-o", "name", "-l", "floor=1", "-A", "--", "-oname"])
    #expect(Edgectl.separated(["-n", "x", "-o=yaml", "--output", "-"]) == ["-n", "x", "-o", "yaml", "--output", "-"])
    #expect(Edgectl.separated(["---completion", "-oname"]) == ["---completion", "-oname"])
  }

  @Test("Names of resources are understood as kubectl understands them")
  func names() throws {
    let types = ResourceType.types(in: [
      "groupVersion": "devices.kubeedge.io/v1beta1",
      "resources": [
        ["name": "devices", "singularName": "device", "kind": "Device", "namespaced": true, "shortNames": ["dev"]],
        ["name": "devices/status", "kind": "Device", "namespaced": true],
      ],
    ])
    let type = try #require(types.first)
    #expect(types.count == 1)
    for name in ["devices", "device", "Device", "dev", "devices.devices.kubeedge.io", "devices.v1beta1.devices.kubeedge.io"] {
      #expect(type.isNamed(name))
    }
    #expect(!type.isNamed("devicemodels"))
    #expect(type.path(namespace: "default", name: "a") == "/apis/devices.kubeedge.io/v1beta1/namespaces/default/devices/a")
    #expect(type.path(namespace: nil) == "/apis/devices.kubeedge.io/v1beta1/devices")
    #expect(try ObjectNames(["device/a", "b"], needsName: true).names == ["a", "b"])
    let pairs = try ObjectNames(["device/a", "devicemodel/b"], needsName: true)
    #expect(pairs.targets == [.init(kind: "device", name: "a"), .init(kind: "devicemodel", name: "b")] && pairs.haveKinds)
    #expect(try ObjectNames(["devices,events"], needsName: false).targets == [.init(kind: "devices"), .init(kind: "events")])
    #expect(throws: (any Error).self) { try ObjectNames(["device", "devicemodel/b"], needsName: true) }
    #expect(throws: (any Error).self) { try ObjectNames(["device"], needsName: true) }
    #expect(throws: (any Error).self) { try ObjectNames(["device", ".."], needsName: true) }
  }
}
