import JSON
import MapperSDK
import TestSupport
import Testing
import TwinProtocol

@Suite("What is no longer served", .timeLimit(.minutes(2)))
struct UnservedTests {
  private func ready(_ api: FakeAPI, _ driver: FakeDriver) {
    driver.plant.set("t", .int(5))
    driver.plant.set("u", .string("on"))
    api.apply(Rig.model)
    api.apply(Rig.device())
  }

  /// Waits until the last value of a property is told as bad for a reason.
  private func bad(_ property: String, _ rig: Rig, because reason: String) async throws {
    let actual = try await eventually(
      "\(property) is bad because \(reason)", observing: { rig.edge.values(property).last?.actual },
      until: { $0?.quality == "bad" && $0?.reason?.contains(reason) == true })
    #expect(actual?.value == (property == "t" ? "5" : "on"), "the last value stays")
    #expect(actual?.timestamp ?? 0 > 1_700_000_000_000, "with its own time")
  }

  private func running(_ rig: Rig) async throws {
    rig.edge.remember()
    try await eventually("both are watched") { rig.api.watches == 2 }
    try await eventually("it runs") { !rig.edge.values("t").isEmpty && !rig.edge.values("u").isEmpty && rig.edge.states.last == "d online" }
  }

  @Test("A device whose model is deleted is bad and unhealthy with the reason, and good when the model is back")
  func model() async throws {
    try await Rig.run(ready) { rig in
      try await running(rig)
      rig.api.delete("devicemodels", "m")
      try await bad("t", rig, because: "the DeviceModel m isn't there")
      try await bad("u", rig, because: "the DeviceModel m isn't there")
      try await eventually("unhealthy") { rig.edge.states.last == "d unhealthy" }
      #expect(rig.edge.reason(of: "d")?.contains("the DeviceModel m isn't there") == true)
      rig.api.apply(Rig.model)
      try await eventually("good again") { rig.edge.values("t").last?.actual.map { $0.quality == nil } ?? false }
      try await eventually("online") { rig.edge.states.last == "d online" }
      #expect(rig.edge.reason(of: "d") == nil)
    }
  }

  @Test("A device whose configuration was made wrong is bad and unhealthy with the field")
  func configuration() async throws {
    try await Rig.run(ready) { rig in
      try await running(rig)
      rig.api.apply(Rig.device(unit: 999))
      try await bad("t", rig, because: "spec.protocol.configData.unit")
      try await bad("u", rig, because: "spec.protocol.configData.unit")
      try await eventually("unhealthy") { rig.edge.states.last == "d unhealthy" }
      #expect(rig.edge.reason(of: "d")?.contains("spec.protocol.configData.unit") == true)
    }
  }

  @Test("A property that was made wrong is bad with the field, and the others are read")
  func property() async throws {
    try await Rig.run(ready) { rig in
      try await running(rig)
      var device = Rig.device()
      device["spec"]?["properties"] = .array([
        ["name": "t", "collectCycle": 20, "visitors": ["protocolName": "fake", "configData": [:]]],
        ["name": "u", "collectCycle": 20, "visitors": ["protocolName": "fake", "configData": ["register": "u"]]],
      ])
      rig.api.apply(device)
      try await bad("t", rig, because: "spec.properties[t].visitors.configData.register")
      let count = rig.edge.values("u").count
      try await eventually("the other is read") { rig.edge.values("u").count > count + 3 }
      #expect(rig.edge.values("u").last?.actual?.quality == nil)
      #expect(rig.edge.states.last == "d online")
    }
  }

  @Test("A device that becomes another driver's is told once, and then left to that one")
  func protocolName() async throws {
    try await Rig.run(ready) { rig in
      try await running(rig)
      var device = Rig.device()
      device["spec"]?["protocol"]?["protocolName"] = "modbus"
      rig.api.apply(device)
      try await bad("t", rig, because: "the device's protocol is modbus now")
      try await bad("u", rig, because: "the device's protocol is modbus now")
      try await eventually("offline") { rig.edge.states.last == "d offline" }
      let (updates, states) = (rig.edge.updates.count, rig.edge.states.count)
      // edgecore starts anew: what others told of the device meanwhile stands.
      try await rig.edge.appear("second")
      rig.api.apply(Rig.device("e"))
      try await eventually("another device runs") { rig.edge.states.contains("e online") }
      #expect(rig.edge.updates.filter { $0.device.name == "d" }.count <= updates)
      #expect(rig.edge.states.dropFirst(states).allSatisfy { !$0.hasPrefix("d ") })
    }
  }

  @Test("Of a device that is deleted nothing more is told")
  func deleted() async throws {
    try await Rig.run({ api, driver in
      ready(api, driver)
      api.apply(Rig.device("e"))
    }) { rig in
      rig.edge.remember()
      try await eventually("both are watched") { rig.api.watches == 2 }
      try await eventually("both run") { ["d", "e"].allSatisfy { rig.edge.states.contains("\($0) online") } }
      rig.api.delete("devices", "d")
      try await eventually("it isn't read") {
        let (reads, other) = (rig.driver.plant.reads("d"), rig.driver.plant.reads("e"))
        try await eventually("the other is") { rig.driver.plant.reads("e") > other + 10 }
        return rig.driver.plant.reads("d") == reads
      }
      #expect(rig.edge.states.filter { $0.hasPrefix("d ") }.allSatisfy { $0 == "d online" })
      #expect(rig.edge.values("t", of: "d").allSatisfy { $0.actual?.quality == nil })
    }
  }

  @Test("An offline device says why")
  func offline() async throws {
    try await Rig.run(ready) { rig in
      try await running(rig)
      rig.driver.plant.breakDown("bus")
      try await eventually("offline") { rig.edge.states.last == "d offline" }
      #expect(rig.edge.reason(of: "d")?.contains("is cut") == true)
    }
  }
}
