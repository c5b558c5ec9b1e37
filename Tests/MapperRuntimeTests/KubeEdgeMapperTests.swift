import FakeKubeEdge
import JSON
import MapperRuntime
import MapperSDK
import TestSupport
import Testing

@Suite("A mapper under KubeEdge as it stands", .timeLimit(.minutes(3)))
struct KubeEdgeMapperTests {
  private static let profile = """
    {"deviceInstances":[{"id":"d","name":"d","protocol":"customized-protocol-d","model":"m","propertyVisitors":[
      {"name":"t","propertyName":"t","protocol":"customized-protocol","collectCycle":100000000,
       "visitorConfig":{"protocolName":"fake","configData":{"register":"t"}}},
      {"name":"u","propertyName":"u","protocol":"customized-protocol","collectCycle":100000000,
       "visitorConfig":{"protocolName":"fake","configData":{"register":"u"}}},
      {"name":"w","propertyName":"w","protocol":"customized-protocol","collectCycle":100000000,
       "visitorConfig":{"protocolName":"fake","configData":{"register":"w"}}}]}],
    "deviceModels":[{"name":"m","properties":[
      {"name":"t","dataType":"int","accessMode":"ReadWrite","minimum":0,"maximum":100},
      {"name":"u","dataType":"string","accessMode":"ReadOnly"},{"name":"w","dataType":"double","accessMode":"ReadOnly"}]}],
    "protocols":[{"name":"customized-protocol-d","protocol":"customized-protocol",
      "protocolConfig":{"protocolName":"fake","configData":{"bus":"bus","unit":1}}}]}
    """

  private func ready(_ driver: FakeDriver) {
    driver.plant.set("t", .int(5))
    driver.plant.set("u", .string("ok"))
    driver.plant.set("w", .double(1.5))
  }

  private let known: [String: [String: KubeEdgeCore.Attribute]] = ["d": ["t": .init(type: "int"), "u": .init(type: "string")]]

  private func run(
    _ devices: [String: [String: KubeEdgeCore.Attribute]], _ body: @Sendable @escaping (SourceRig, FakeKubeEdge) async throws -> Void
  ) async throws {
    try await SourceRig.run(
      shape: .name, kubeEdge: devices,
      { folder in
        .profile(path: try folder.write("deviceProfile.json", Self.profile))
      }, ready
    ) { rig in
      let core = try #require(rig.kubeEdge)
      try await body(rig, core)
      #expect(core.now.refusals == [])
    }
  }

  private func value(_ core: FakeKubeEdge, _ property: String, is value: String) async throws {
    try await eventually("\(property) is \(value)", observing: { core.actual(property, of: "d") }, until: { $0 == value })
  }

  @Test("The profile's values arrive, a property that the core doesn't know in a type that it does")
  func values() async throws {
    try await run(known) { rig, core in
      try await value(core, "t", is: "5")
      try await value(core, "u", is: "ok")
      try await value(core, "w", is: "1.5")
      #expect(core.now.devices["d"]?["w"]?.type == "float")
      try await eventually("the state") { core.now.states.contains("d online") }
    }
  }

  @Test("A desired value is written once, though its delta comes after every update")
  func desired() async throws {
    try await run(known) { rig, core in
      try await value(core, "t", is: "5")
      core.desire("42", of: "t", device: "d")
      try await value(core, "t", is: "42")
      // Someone turns the knob: the core says its delta with each update from now on.
      rig.driver.plant.set("t", .int(7))
      try await value(core, "t", is: "7")
      rig.driver.plant.set("u", .string("later"))
      try await value(core, "u", is: "later")
      #expect(rig.driver.plant.writes == ["t=42"])
    }
  }

  @Test("A wish that letter by letter never comes true is written once: 50 and 50.0")
  func letters() async throws {
    try await run(["d": ["t": .init(type: "int", expected: "+42"), "u": .init(type: "string")]]) { rig, core in
      try await value(core, "t", is: "42")
      rig.driver.plant.set("u", .string("later"))
      try await value(core, "u", is: "later")
      #expect(rig.driver.plant.writes == ["t=42"])
    }
  }

  @Test("A value that the core would refuse stops no other, and is told")
  func illegalValue() async throws {
    try await run(known) { rig, core in
      try await value(core, "u", is: "ok")
      rig.driver.plant.set("u", .string("two words"))
      rig.driver.plant.set("t", .int(6))
      try await value(core, "t", is: "6")
      try await rig.logged("default/d: u is not told: KubeEdge takes values of up to 512 characters")
      #expect(core.actual("u", of: "d") == "ok")
      rig.driver.plant.set("u", .string("one"))
      try await value(core, "u", is: "one")
    }
  }

  @Test("A property that the core has as another type stops no other")
  func otherType() async throws {
    try await SourceRig.run(
      shape: .name, kubeEdge: ["d": ["t": .init(type: "int"), "u": .init(type: "int")]],
      { folder in
        .profile(path: try folder.write("deviceProfile.json", Self.profile))
      }, ready
    ) { rig in
      let core = try #require(rig.kubeEdge)
      try await value(core, "t", is: "5")
      rig.driver.plant.set("t", .int(6))
      try await value(core, "t", is: "6")
      try await rig.logged("default/d: u is not told: KubeEdge has the property as int, which \"ok\" is not")
      // Before the core has told its types updates may have been refused, never after.
      let refusals = core.now.refusals.count
      for number in 7...20 {
        rig.driver.plant.set("t", .int(Int64(number)))
        try await value(core, "t", is: "\(number)")
      }
      #expect(core.now.refusals.count == refusals)
    }
  }

  @Test("A device that the core gets to know later is told then, with its state")
  func later() async throws {
    try await SourceRig.run(
      shape: .name, kubeEdge: [:],
      { folder in
        .profile(path: try folder.write("deviceProfile.json", Self.profile))
      }, ready
    ) { rig in
      let core = try #require(rig.kubeEdge)
      try await eventually("a refusal") { core.now.refusals.contains("update rejected due to the device is not existed") }
      core.add("d", ["t": .init(type: "int"), "u": .init(type: "string")])
      try await value(core, "t", is: "5")
      try await eventually("the state") { core.now.states.contains("d online") }
    }
  }

  @Test("The profile is read again when it changes; a device that is wrong is unknown to the core, not online")
  func changes() async throws {
    try await run(known) { rig, core in
      try await value(core, "t", is: "5")
      try rig.folder.write("deviceProfile.json", Self.profile.replacing(#""unit":1"#, with: #""unit":900"#))
      try await rig.logged("deviceProfile.json:12:")
      try await eventually("unknown") { core.now.states.last == "d unknown" }
      try rig.folder.write("deviceProfile.json", Self.profile)
      try await eventually("online") { core.now.states.last == "d online" }
    }
  }
}
