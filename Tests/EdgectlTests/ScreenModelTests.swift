import APIClient
import JSON
import Testing

@testable import EdgectlCommand

@Suite("The live screen")
struct ScreenModelTests {
  private let now = WallTime(milliseconds: 1_000_000)

  private func device(
    _ name: String, namespace: String = "default", state: String = "online", reported: String? = "21.5", quality: JSONValue = [:],
    desired: String? = nil, synced: String? = nil
  ) -> JSONValue {
    var metadata: JSONValue = ["timestamp": "996000", "type": "float"]
    for (key, value) in quality.object ?? [:] { metadata[key] = value }
    var twin: JSONValue = ["propertyName": "value"]
    if let reported { twin["reported"] = ["value": .string(reported), "metadata": metadata] }
    if let desired { twin["desired"] = ["value": .string(desired)] }
    var status: JSONValue = ["state": .string(state), "twins": [twin]]
    if let synced { status["conditions"] = [["type": "Synced", "status": "False", "reason": .string(synced)]] }
    return ["metadata": ["name": .string(name), "namespace": .string(namespace)], "spec": ["nodeName": "edge-1"], "status": status]
  }

  private func model(_ devices: [JSONValue]) -> ScreenModel {
    var model = ScreenModel(server: "http://s")
    model.apply(.reset(devices))
    return model
  }

  private func table(_ devices: [JSONValue], width: Int? = nil) -> [String] {
    model(devices).table(now: now, width: width).map { $0.text(colored: false) }
  }

  @Test("A row a property: what is wanted, what is reported, how good and how old it is")
  func rows() {
    let bad: JSONValue = ["quality": "bad", "reason": "timeout"]
    #expect(
      table([
        device("b", state: "offline", quality: bad), device("a", desired: "22", synced: "Pending"),
        device("c", state: "unknown", reported: nil),
      ]) == [
        "DEVICE       PROPERTY  DESIRED       REPORTED  QUALITY       AGE",
        "a            value     22 (pending)  21.5      good          4s",
        "b (offline)  value     -             21.5      bad: timeout  4s",
        "c (unknown)  value     -             -         -             -",
      ])
  }

  @Test("A desired value that is reported back isn't pending, whatever another property is")
  func synced() {
    let rows = table([device("a", reported: "22", desired: "22", synced: "Rejected"), device("b", desired: "9", synced: "Rejected")])
    #expect(rows[1].contains("  22        "))
    #expect(rows[2].contains("  9 (rejected)  "))
  }

  @Test("A device without a model says so, and the namespace is shown when there are several")
  func notes() {
    let lost: JSONValue = [
      "metadata": ["name": "x", "namespace": "cellar"], "spec": [:],
      "status": ["conditions": [["type": "ModelFound", "status": "False", "reason": "NotFound", "message": "no model \"m\""]]],
    ]
    let rows = table([lost, device("a")])
    #expect(rows[1] == "cellar/x   -         -        -         no model \"m\"  -")
    #expect(rows[2].hasPrefix("default/a  value"))
  }

  @Test("No line is longer and there are no more of them than the terminal has room for")
  func size() {
    let devices = (0..<50).map { device("device-\($0)", reported: String(repeating: "long ", count: 50)) }
    for size in [(columns: 80, rows: 24), (columns: 30, rows: 5), (columns: 200, rows: 100)] {
      let lines = model(devices).screen(now: now, size: size)
      #expect(lines.count <= size.rows)
      #expect(lines.allSatisfy { DisplayText.width($0.plain) <= size.columns })
    }
    #expect(model(devices).screen(now: now, size: (80, 24)).last?.plain == "… and 30 more")
  }

  @Test("An escape sequence in a value reaches the terminal as text")
  func escapes() {
    let text = model([device("a", reported: "\u{1B}[2J")]).screen(now: now, size: (80, 24)).map { $0.text(colored: false) }.joined()
    #expect(text.contains("�[2J"))
    #expect(!text.contains("\u{1B}"))
  }

  @Test("The header tells the server, the node, the time and whether the server is heard")
  func header() {
    var model = ScreenModel(server: "http://s")
    func header() -> String { model.header(now: now, width: 120).plain }
    #expect(header().hasSuffix("  connecting"))
    model.apply(.reset([device("a")]))
    #expect(header().hasPrefix("edgectl watch  http://s  node edge-1  "))
    #expect(header().hasSuffix("  connected"))
    model.apply(.disconnected(APIError(.connectionRefused, server: "http://s", "…")))
    #expect(header().hasSuffix("  reconnecting: connection refused"))
    // The last values stay.
    #expect(model.table(now: now, width: nil).count == 2)
  }

  @Test("A change tells which devices it changed; only the wanted ones are shown")
  func changes() {
    var model = ScreenModel(server: "http://s", only: ["a"])
    #expect(model.apply(.reset([device("a"), device("b")])).map(\.name) == ["a"])
    #expect(model.apply(.changed(device("a"))).isEmpty)
    #expect(model.apply(.changed(device("a", reported: "22"))).map(\.name) == ["a"])
    #expect(model.apply(.changed(device("b", reported: "22"))).isEmpty)
    model.apply(.removed(device("a")))
    #expect(model.table(now: now, width: nil).map(\.plain) == ["No devices yet. Apply one: edgectl apply -f device.yaml"])
  }

  @Test("A changed value is a line in a log, its columns below those of the others")
  func log() throws {
    let long = DeviceView(device("a", quality: ["quality": "uncertain", "reason": "mapper gone"], desired: "22"))
    let short = DeviceView(device("boiler", reported: "9"))
    var layout = LogLayout()
    func line(_ view: DeviceView) throws -> Substring {
      // Behind the time.
      layout.line(view, try #require(view.properties.first), now: now).dropFirst(8)
    }
    layout.make(roomFor: long)
    #expect(try line(long) == " default/a value desired=22 reported=21.5 quality=uncertain (mapper gone)")
    layout.make(roomFor: short)
    #expect(try line(short) == " default/boiler value desired=-  reported=9    quality=good")
    #expect(try line(long) == " default/a      value desired=22 reported=21.5 quality=uncertain (mapper gone)")
    // One long value doesn't move all lines after it.
    layout.make(roomFor: DeviceView(device("a", reported: String(repeating: "x", count: 200))))
    #expect(try line(short).count < 100)
  }
}
