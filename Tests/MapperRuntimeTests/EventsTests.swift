import JSON
import MapperRuntime
import MapperSDK
import TestSupport
import Testing
import TwinProtocol

@Suite("Devices that tell of themselves", .timeLimit(.minutes(3)))
struct EventsTests {
  /// A device whose `t` comes by exception and whose `u` is polled every 20 ms.
  private static func device(cycle: Int64? = nil, report: JSONValue = .null, delivery: JSONValue = "events") -> JSONValue {
    var device = Rig.device()
    var property: JSONObject = ["name": "t", "visitors": ["protocolName": "fake"]]
    if let cycle { property["collectCycle"] = JSONValue(cycle) }
    property["visitors"] = ["protocolName": "fake", "configData": ["register": "t", "delivery": delivery, "report": report]]
    guard var object = device.object, var spec = object["spec"]?.object, let properties = spec["properties"]?.array else { return device }
    spec["properties"] = .array([.object(property), properties[1]])
    object["spec"] = .object(spec)
    device = .object(object)
    return device
  }

  private func ready(_ device: JSONValue) -> @Sendable (FakeAPI, FakeDriver) -> Void {
    { api, driver in
      driver.plant.set("t", .int(5))
      driver.plant.set("u", .string("on"))
      api.apply(Rig.model)
      api.apply(device)
    }
  }

  @Test("A value that comes by exception is read at the start, then only told; its time is the device's own")
  func byException() async throws {
    try await Rig.run(ready(Self.device())) { rig in
      try await eventually("the first value, and the watch") {
        rig.edge.values("t").contains { $0.actual?.value == "5" } && rig.driver.plant.watching == 1
      }
      let polls = rig.edge.values("u").count
      rig.driver.plant.emit("t", [.value(.int(6), time: 1_700_000_000_123)])
      try await eventually("the event") { rig.edge.values("t").contains { $0.actual?.value == "6" } }
      try await eventually("some cycles") { rig.edge.values("u").count > polls + 5 }
      let values = rig.edge.values("t").compactMap(\.actual)
      #expect(values.map(\.value) == ["5", "6"], "it is not polled")
      #expect(values[1].timestamp == 1_700_000_000_123)
    }
  }

  @Test("With `delivery: every` each value arrives, in order; else the newest does")
  func every() async throws {
    let values = (10..<60).map { Reading.value(.int($0)) }
    try await Rig.run(ready(Self.device(report: ["delivery": "every"]))) { rig in
      try await eventually("the first value, and the watch") { !rig.edge.values("t").isEmpty && rig.driver.plant.watching == 1 }
      rig.driver.plant.emit("t", values)
      try await eventually("all of them") { rig.edge.values("t").last?.actual?.value == "59" }
      // An answer may be late, and the update be sent again.
      var ids: Set<String> = []
      let updates = rig.edge.updates.filter { ids.insert($0.message.envelope.eventID).inserted }
      let told = updates.compactMap { $0.message.twins["t"]??.actual?.value }
      #expect(told == (["5"] + (10..<60).map(String.init)))
    }
    try await Rig.run(ready(Self.device())) { rig in
      try await eventually("the first value, and the watch") { !rig.edge.values("t").isEmpty && rig.driver.plant.watching == 1 }
      rig.driver.plant.emit("t", values)
      try await eventually("the newest") { rig.edge.values("t").last?.actual?.value == "59" }
      #expect(rig.edge.values("t").count < 10)
    }
  }

  @Test("A value that may be wrong is told as uncertain with its reason, and the next one is good again")
  func uncertain() async throws {
    try await Rig.run(ready(Self.device(report: ["when": "change"]))) { rig in
      try await eventually("the first value, and the watch") { !rig.edge.values("t").isEmpty && rig.driver.plant.watching == 1 }
      rig.driver.plant.emit("t", [.uncertain(.int(6), reason: "3 edges were lost")])
      let doubt = try await eventually("the doubt", observing: { rig.edge.values("t").last?.actual }, until: { $0?.value == "6" })
      #expect(doubt?.quality == "uncertain")
      #expect(doubt?.reason == "3 edges were lost")
      rig.driver.plant.emit("t", [.value(.int(6))])
      try await eventually("the good value") { rig.edge.values("t").last?.actual.map { $0.value == "6" && $0.quality == nil } == true }
    }
  }

  @Test("A device that comes or goes has the others watched on; a watch that breaks ends the connection, and the value is read again")
  func changes() async throws {
    try await Rig.run(ready(Self.device())) { rig in
      let plant = rig.driver.plant
      try await eventually("the watch") { plant.watching == 1 && !rig.edge.values("t").isEmpty }
      rig.api.apply(Rig.device("e"))
      try await eventually("the other device") { !rig.edge.values("u", of: "e").isEmpty }
      #expect(plant.watches == 1, "a device without events changes nothing")
      plant.set("t", .int(7))
      plant.emit(Plant.cut, [.value(.int(0))])
      try await eventually("a new connection") { plant.connects == 2 && plant.watching == 1 }
      try await eventually("the value of now") { rig.edge.values("t").last?.actual?.value == "7" }
      plant.emit("t", [.value(.int(8))])
      try await eventually("an event") { rig.edge.values("t").last?.actual?.value == "8" }
      rig.api.delete("devices", "d")
      try await eventually("nobody watches") { plant.watching == 0 }
    }
  }

  @Test("A watched value is polled too, and one by exception where its Device gives a cycle")
  func watchedAndPolled() async throws {
    for device in [Self.device(delivery: "watched"), Self.device(cycle: 20)] {
      try await Rig.run(ready(device)) { rig in
        try await eventually("the watch") { rig.driver.plant.watching == 1 }
        rig.driver.plant.set("t", .int(9))
        try await eventually("a poll") { rig.edge.values("t").last?.actual?.value == "9" }
      }
    }
  }
}
