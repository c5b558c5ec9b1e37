import JSON
import MapperRuntime
import MapperSDK
import TestSupport
import Testing
import TwinProtocol

@Suite("Devices that refer to Secrets and ConfigMaps", .timeLimit(.minutes(2)))
struct ReferenceTests {
  /// What no output may have: the text of the Secret, which is the name of a bus here.
  private static let secret = "s3cr3t-line-77"

  private static func device(_ name: String = "d", bus: JSONValue, unit: JSONValue = 1) -> JSONValue {
    var device = Rig.device(name, unit: unit)
    device["spec"]?["protocol"]?["configData"]?["bus"] = bus
    return device
  }

  private static func reference(_ key: String, of name: String = "line", kind: String = "secretKeyRef", optional: Bool = false) -> JSONValue
  {
    ["valueFrom": [kind: ["name": .string(name), "key": .string(key), "optional": .bool(optional)]]]
  }

  private static func object(_ kind: String, _ data: JSONValue, name: String = "line") -> JSONValue {
    [
      "apiVersion": "v1", "kind": .string(kind), "metadata": ["name": .string(name), "namespace": "default"],
      "data": kind == "Secret" ? .object(.init((data.object ?? [:]).map { ($0.key, .string(base64($0.value.string ?? ""))) })) : data,
    ]
  }

  private static func base64(_ text: String) -> String { Value.bytes(Array(text.utf8)).text ?? "" }

  private static func secret(bus: String = secret) -> JSONValue { object("Secret", ["bus": .string(bus), "unit": "7\n", "word": "seven"]) }

  private static func ready(_ api: FakeAPI, _ driver: FakeDriver) {
    driver.plant.set("t", .int(5))
    driver.plant.set("u", .string("on"))
    api.apply(Rig.model)
  }

  private static func online(_ rig: Rig, _ device: String = "d") async throws {
    try await eventually("\(device) is online") { rig.edge.states.last { $0.hasPrefix("\(device) ") } == "\(device) online" }
  }

  private static func unhealthy(_ rig: Rig, _ device: String = "d", because reason: String) async throws {
    _ = try await eventually(
      "\(device) is unhealthy because \(reason)", observing: { rig.edge.reason(of: device) ?? "" }, until: { $0.contains(reason) })
    #expect(rig.edge.states.last { $0.hasPrefix("\(device) ") } == "\(device) unhealthy")
  }

  @Test("A device whose Secret isn't there waits for it alone, and comes up with it")
  func missing() async throws {
    try await Rig.run(log: LogLines()) { api, driver in
      Self.ready(api, driver)
      api.apply(Self.device(bus: Self.reference("bus"), unit: Self.reference("unit")))
      api.apply(Self.device("other", bus: "plain"))
    } _: { rig in
      try await Self.online(rig, "other")
      let problem = "spec.protocol.configData.bus: there is no Secret default/line, of which the key bus is needed"
      try await Self.unhealthy(rig, because: problem)
      let event = try await eventually(
        "an Event", observing: { rig.api.events.first { $0["reason"] == "ReferenceUnresolved" } }, until: { $0 != nil })
      #expect(event?["message"]?.string?.contains(problem) == true)
      #expect(event?["message"]?.string?.contains("spec.protocol.configData.unit: there is no Secret default/line") == true)
      #expect(rig.driver.plant.open == ["plain"])

      rig.api.apply(Self.object("Secret", ["unit": "7"]))
      try await Self.unhealthy(rig, because: "spec.protocol.configData.bus: the Secret default/line has no key bus")
      rig.api.apply(Self.secret())
      try await Self.online(rig)
      try await eventually("a value") { !rig.edge.values("t").isEmpty }
      #expect(rig.driver.plant.open.map(\.description).sorted() == ["plain", Self.secret])
      #expect(rig.driver.plant.connects == 2)

      rig.api.delete("secrets", "line")
      try await Self.unhealthy(rig, because: problem)
      try await eventually("let go") { rig.driver.plant.open == ["plain"] }
      #expect(rig.driver.plant.connects == 2, "the other device keeps its connection")
    }
  }

  @Test("A changed Secret connects the devices that use it anew, and only those, when it changes what they use")
  func changed() async throws {
    try await Rig.run(log: LogLines()) { api, driver in
      Self.ready(api, driver)
      api.apply(Self.secret())
      api.apply(Self.object("ConfigMap", ["bus": "second"]))
      api.apply(Self.device(bus: Self.reference("bus")))
      api.apply(Self.device("other", bus: Self.reference("bus", kind: "configMapKeyRef"), unit: Self.reference("none", optional: true)))
    } _: { rig in
      try await Self.online(rig)
      try await Self.online(rig, "other")
      #expect(Set(rig.driver.plant.open) == [BusID(Self.secret), "second"])
      var same = Self.secret()
      same["data"]?["more"] = "AAAA"
      rig.api.apply(same)
      rig.api.apply(Self.secret(bus: "elsewhere-line"))
      try await eventually("the new bus") { Set(rig.driver.plant.open) == ["elsewhere-line", "second"] }
      #expect(rig.driver.plant.connects == 3)
      rig.api.apply(Self.object("ConfigMap", ["bus": "third"]))
      try await eventually("the other's new bus") { Set(rig.driver.plant.open) == ["elsewhere-line", "third"] }
      #expect(rig.driver.plant.connects == 4)
    }
  }

  @Test("Only what devices refer to is watched, while they do")
  func watches() async throws {
    try await Rig.run(log: LogLines()) { api, driver in
      Self.ready(api, driver)
      api.apply(Self.device(bus: "plain"))
      api.apply(Self.secret())
      api.apply(Self.object("Secret", ["bus": "unused"], name: "unused"))
    } _: { rig in
      try await Self.online(rig)
      try await eventually("Devices and DeviceModels are watched") { rig.api.watches == 2 }
      rig.api.apply(Self.device(bus: Self.reference("bus")))
      rig.api.apply(Self.device("other", bus: Self.reference("bus"), unit: Self.reference("unit")))
      try await Self.online(rig, "other")
      try await eventually("one watch more") { rig.api.watches == 3 }
      rig.api.apply(Self.device(bus: "plain"))
      rig.api.delete("devices", "other")
      try await eventually("no watch more") { rig.api.watches == 2 }
      // A Secret that was forgotten is read anew.
      rig.api.apply(Self.secret(bus: "elsewhere-line"))
      rig.api.apply(Self.device(bus: Self.reference("bus")))
      try await eventually("the new text") { rig.driver.plant.open == ["elsewhere-line"] }
    }
  }

  @Test("Where the API hides data, the device says what to do, and nothing is taken for a secret")
  func hidden() async throws {
    try await Rig.run(log: LogLines()) { api, driver in
      Self.ready(api, driver)
      api.hideSecrets()
      api.apply(Self.secret())
      api.apply(Self.device(bus: Self.reference("bus", optional: true)))
    } _: { rig in
      try await Self.unhealthy(rig, because: "hides it from clients without a credential")
      #expect(rig.edge.reason(of: "d")?.contains("--meta-server-auth token") == true)
      #expect(rig.driver.plant.connects == 0)
    }
  }

  @Test("The text of a Secret is in nothing that the mapper says: there is the reference")
  func secrecy() async throws {
    let log = LogLines()
    let port = freePort()
    try await Rig.run(httpPort: port, log: log) { api, driver in
      Self.ready(api, driver)
      driver.plant.breakDown(BusID(Self.secret))
      api.apply(Self.secret())
      api.apply(Self.device(bus: Self.reference("bus"), unit: Self.reference("unit")))
      api.apply(Self.device("word", bus: "words", unit: Self.reference("word")))
      api.apply(Self.device("range", bus: "ranges", unit: Self.reference("range", of: "ranges")))
      api.apply(Self.object("Secret", ["range": "90210"], name: "ranges"))
    } _: { rig in
      try await Self.unhealthy(rig, "word", because: "spec.protocol.configData.unit: expected an integer, and (secret line/word) is none")
      try await Self.unhealthy(rig, "range", because: "expected an integer from 1 to 247, found (secret ranges/range)")
      try await log.line(with: "nobody at (secret line/bus)")
      let event = "nobody at (secret line/bus)"
      try await eventually("an Event", observing: { rig.api.events.map(\.text) }, until: { $0.contains { $0.contains(event) } })
      try await eventually("a state") { rig.edge.reason(of: "d")?.contains(event) == true }
      var answers: [String] = []
      for target in ["device/default/d/t", "device/default/range/t", "device/default/word/t", "meta/model/default/d", "device"] {
        answers.append(try await TestProcess.run("curl", ["-sS", "-i", "http://127.0.0.1:\(port)/api/v1/\(target)"]).stdout)
      }
      #expect(answers[0].contains("nobody at (secret line/bus)"), "\(answers[0])")
      rig.driver.plant.repair(BusID(Self.secret))
      try await Self.online(rig)
      rig.driver.plant.breakDown(BusID(Self.secret))
      _ = try await eventually(
        "a bad value", observing: { rig.edge.values("t").last?.actual?.reason ?? "" }, until: { $0.contains("(secret line/bus)") })
      let said =
        log.lines + rig.api.events.map(\.text) + answers + rig.edge.updates.map { "\($0)" } + rig.edge.states
        + ["d", "word", "range"].compactMap { rig.edge.reason(of: $0) } + log.lineMetadata.map { "\($0)" }
      for line in said {
        for text in [Self.secret, "90210", "\"seven\""] { #expect(!line.contains(text), "\(line)") }
      }
    }
  }

  @Test("Files have the Secrets beside the devices; what they lack is told at its place")
  func files() async throws {
    let device = SpecYAML.device(unit: "{valueFrom: {secretKeyRef: {name: line, key: unit}}}")
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: line}\nstringData: {unit: \"7\"}\n"
    try await SourceRig.run(
      { folder in
        try folder.write("specs/model.yaml", SpecYAML.model)
        try folder.write("specs/d.yaml", device)
        return .files(path: folder.path("specs"))
      }, { (driver: FakeDriver) in driver.plant.set("t", .int(5)) }
    ) { rig in
      try await rig.logged("d.yaml:11:7: spec.protocol.configData.unit: there is no Secret default/line, of which the key unit is needed")
      #expect(rig.driver.plant.connects == 0)
      try rig.folder.write("specs/secret.yaml", secret)
      try await eventually("online") { rig.edge?.states.contains("d online") == true }
      try rig.folder.write("specs/secret.yaml", secret.replacing("\"7\"", with: "\"9000\""))
      try await rig.logged("d.yaml:11:7: spec.protocol.configData.unit: expected an integer from 1 to 247, found (secret line/unit)")
      #expect(!rig.log.lines.contains { $0.contains("passed over") })
    }
  }
}
