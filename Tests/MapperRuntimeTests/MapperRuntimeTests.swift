import JSON
import MapperRuntime
import MapperSDK
import TestSupport
import Testing
import TwinProtocol

@Suite("A running mapper", .timeLimit(.minutes(3)))
struct MapperRuntimeTests {
  private func ready(_ api: FakeAPI, _ driver: FakeDriver) {
    driver.plant.set("t", .int(5))
    driver.plant.set("u", .string("on"))
    api.apply(Rig.model)
    api.apply(Rig.device())
  }

  @Test("A device that is there is read and reported in one message a cycle, and told online; the mapper says hello and goodbye")
  func reports() async throws {
    try await Rig.run(ready) { rig in
      try await eventually("two updates") { rig.edge.updates.count >= 2 }
      let update = rig.edge.updates[0]
      #expect(update.device == DeviceID(namespace: "default", name: "d"))
      #expect(update.message.twins.keys.sorted() == ["t", "u"])
      #expect(rig.edge.values("t")[0].actual?.value == "5")
      #expect(rig.edge.values("t")[0].type == "int")
      #expect((rig.edge.values("t")[0].actual?.timestamp ?? 0) > 1_700_000_000_000)
      #expect(rig.edge.values("u")[0].actual?.value == "on")
      #expect(Set(rig.edge.updates.map(\.message.envelope.eventID)).count == rig.edge.updates.count)
      try await eventually("the state") { rig.edge.states.contains("d online") }
      try await eventually("the mapper's status") { rig.edge.mapperStatus.last?.isOnline == true }
      #expect(rig.edge.mapperStatus.last?.node == "n")
      #expect(rig.edge.mapperStatus.last?.protocolName == "fake" && rig.edge.mapperStatus.last?.heartbeat == 15_000)
      await rig.end()
      try await eventually("the mapper's goodbye") { rig.edge.mapperStatus.last?.isOnline == false }
    }
  }

  @Test("A desired value is written once, read back at once and told with its mark; a delta that comes again writes nothing")
  func desired() async throws {
    try await Rig.run(ready) { rig in
      try await eventually("an update") { !rig.edge.updates.isEmpty }
      try rig.edge.desire("t", "42", at: 1000)
      let twin = try await eventually("the mark", observing: { rig.edge.values("t").first { $0.written != nil } }, until: { $0 != nil })
      #expect(twin?.written == WrittenMark(timestamp: 1000))
      // The value comes with the mark, unless a poll has told it already; what was read before never comes after it.
      try await eventually("the value") { rig.edge.values("t").contains { $0.actual?.value == "42" } }
      let values = rig.edge.values("t").compactMap(\.actual?.value)
      #expect(values.drop { $0 == "5" }.allSatisfy { $0 == "42" }, "\(values)")
      try rig.edge.desire("t", "42", at: 1000)
      try rig.edge.desire("t", "43", at: 1001)
      try await eventually("the next mark") { rig.edge.values("t").contains { $0.written?.timestamp == 1001 } }
      #expect(rig.driver.plant.writes == ["t=42", "t=43"])
    }
  }

  @Test(
    "A device that was turned by hand is left alone, unless the property's desiredPolicy is to enforce what is desired",
    arguments: [false, true])
  func turnedByHand(isEnforced: Bool) async throws {
    try await Rig.run(ready) { rig in
      if isEnforced {
        var device = Rig.device()
        device["spec"]?["protocol"]?["configData"]?["desiredPolicy"] = "enforce"
        rig.api.apply(device)
      }
      try await eventually("an update") { !rig.edge.updates.isEmpty }
      try rig.edge.desire("t", "42", at: 1000)
      try await eventually("the mark") { rig.edge.values("t").contains { $0.written?.timestamp == 1000 } }
      rig.driver.plant.set("t", .int(7))
      if isEnforced {
        try await eventually("the write") { rig.driver.plant.writes == ["t=42", "t=42"] }
      } else {
        try await eventually("the value") { rig.edge.values("t").count { $0.actual?.value == "7" } > 10 }
        #expect(rig.driver.plant.writes == ["t=42"])
      }
    }
  }

  @Test("What edgecore says was written before the start isn't written again; what wasn't, is")
  func marksAtStart() async throws {
    let prepared = { @Sendable (rig: Rig) in
      rig.edge.know([
        "t": Twin(expected: TwinValue("42", timestamp: 1000), written: WrittenMark(timestamp: 1000))
      ])
      rig.api.apply(Rig.device())
    }
    try await Rig.run({ api, driver in
      driver.plant.set("t", .int(5))
      api.apply(Rig.model)
    }) { rig in
      prepared(rig)
      try await eventually("the question") { rig.edge.gets >= 1 && rig.edge.updates.count > 5 }
      #expect(rig.driver.plant.writes == [])
      rig.edge.know(["t": Twin(expected: TwinValue("43", timestamp: 1001), written: WrittenMark(timestamp: 1000))])
      try await rig.edge.appear("second")
      try await eventually("the write") { rig.driver.plant.writes == ["t=43"] }
    }
  }

  @Test("A value the model, the type or the device refuses is told with its reason and not tried again")
  func refusedWrites() async throws {
    try await Rig.run(ready) { rig in
      try await eventually("an update") { !rig.edge.updates.isEmpty }
      try rig.edge.desire("t", "101", at: 1)
      try rig.edge.desire("u", "x", at: 2)
      try rig.edge.desire("nope", "x", at: 3)
      try rig.edge.desire("t", "warm", at: 4)
      rig.driver.plant.refuse("t", ReadingError("illegalDataValue", "the device doesn't want it"))
      func error(_ property: String, _ timestamp: Int64) async throws -> String? {
        try await eventually(
          "the refusal of \(property)",
          observing: { rig.edge.values(property).compactMap(\.written).first { $0.timestamp == timestamp } }, until: { $0 != nil })?.error
      }
      #expect(try await error("u", 2) == "the property is read-only")
      #expect(try await error("nope", 3) == "the device has no such property")
      #expect(try await error("t", 4) == "\"warm\" is not an integer")
      try rig.edge.desire("t", "7", at: 5)
      #expect(try await error("t", 5) == "the device doesn't want it")
      #expect(rig.driver.plant.writes == [])
    }
  }

  @Test("A read-only mapper reads and reports, and refuses what is desired with the reason")
  func readOnly() async throws {
    try await Rig.run(isReadOnly: true, ready) { rig in
      try await eventually("a value") { rig.edge.values("t").contains { $0.actual?.value == "5" } }
      try rig.edge.desire("t", "50", at: 2)
      let mark = try await eventually(
        "the mark", observing: { rig.edge.values("t").compactMap(\.written).first { $0.timestamp == 2 } }, until: { $0 != nil })
      #expect(mark?.error == "this mapper runs read-only (--read-only), so nothing is written")
      #expect(rig.driver.plant.writes == [])
    }
  }

  @Test("An update is sent again until it is answered, the same, and nothing newer before it")
  func unanswered() async throws {
    try await Rig.run({ api, driver in
      driver.plant.set("t", .int(5))
      driver.plant.set("u", .string("on"))
      api.apply(Rig.model)
    }) { rig in
      rig.edge.answer(false)
      rig.api.apply(Rig.device())
      try await eventually("the second try") { rig.edge.updates.count >= 2 }
      #expect(Set(rig.edge.updates.map(\.message.envelope.eventID)).count == 1)
      rig.driver.plant.set("t", .int(6))
      rig.edge.answer(true)
      try await eventually("the newer value") { rig.edge.values("t").last?.actual?.value == "6" }
    }
  }

  @Test("While edgecore is gone nothing is sent; when it is there again the newest values are")
  func edgeGone() async throws {
    try await Rig.run(ready) { rig in
      try await eventually("an update") { !rig.edge.updates.isEmpty }
      try rig.edge.disappear()
      let reads = rig.driver.plant.reads("d")
      rig.driver.plant.set("t", .int(6))
      try await eventually("reads go on") { rig.driver.plant.reads("d") > reads + 20 }
      rig.driver.plant.set("t", .int(7))
      let seen = rig.driver.plant.reads("d")
      try await eventually("reads go on") { rig.driver.plant.reads("d") > seen + 20 }
      #expect(!rig.edge.values("t").contains { $0.actual?.value == "7" })
      try await rig.edge.appear("second")
      try await eventually("the newest value") { rig.edge.values("t").contains { $0.actual?.value == "7" } }
    }
  }

  @Test("A broker that dies is found again, and desired values come through after it")
  func brokerRestart() async throws {
    try await Rig.run(ready) { rig in
      try await eventually("an update") { !rig.edge.updates.isEmpty }
      try await rig.broker.kill()
      rig.driver.plant.set("t", .int(8))
      try await rig.broker.restart()
      try await rig.edge.appear("first")
      try await eventually("a value from after") { rig.edge.values("t").contains { $0.actual?.value == "8" } }
      try await eventually("the write") {
        try rig.edge.desire("t", "9", at: 50)
        return rig.driver.plant.writes == ["t=9"]
      }
    }
  }

  @Test("A failed read is told as bad with its reason, once; one bad register costs only itself")
  func failedRead() async throws {
    try await Rig.run(ready) { rig in
      try await eventually("an update") { !rig.edge.updates.isEmpty }
      rig.driver.plant.set("t", .failure(ReadingError("illegalDataAddress", "no such register")))
      try await eventually("bad") { rig.edge.values("t").last?.actual?.quality == "bad" }
      #expect(rig.edge.values("t").last?.actual?.value == "5")
      #expect(rig.edge.values("t").last?.actual?.reason == "no such register")
      let bad = rig.edge.values("t").count
      rig.driver.plant.set("u", .string("off"))
      try await eventually("the other") { rig.edge.values("u").last?.actual?.value == "off" }
      #expect(rig.edge.values("t").count == bad)
      rig.driver.plant.set("t", .int(6))
      try await eventually("good again") { rig.edge.values("t").last?.actual?.value == "6" }
      #expect(rig.edge.values("t").last?.actual?.quality == nil)
      #expect(!rig.edge.states.contains("d offline"))
    }
  }

  @Test("A bus that breaks down turns its devices offline and nobody else's, and a desired value waits for it")
  func busBreaks() async throws {
    try await Rig.run({ api, driver in
      ready(api, driver)
      api.apply(Rig.device("e", bus: "other"))
    }) { rig in
      try await eventually("both online") { Set(rig.edge.states).isSuperset(of: ["d online", "e online"]) }
      rig.driver.plant.breakDown("bus")
      try await eventually("offline") { rig.edge.states.contains("d offline") }
      try rig.edge.desire("t", "42", at: 1000)
      let reads = rig.driver.plant.reads("e")
      try await eventually("the other goes on") { rig.driver.plant.reads("e") > reads + 10 }
      #expect(!rig.edge.states.contains("e offline"))
      rig.driver.plant.repair("bus")
      try await eventually("the write") { rig.driver.plant.writes == ["t=42"] }
      try await eventually("online again") { rig.edge.states.last { $0.hasPrefix("d") } == "d online" }
    }
  }

  @Test("Another cycle keeps the connection, another configuration makes a new one, deleting ends it")
  func specChanges() async throws {
    try await Rig.run(ready) { rig in
      try await eventually("an update") { !rig.edge.updates.isEmpty }
      #expect(rig.driver.plant.connects == 1)
      rig.api.apply(Rig.device(cycle: 10, properties: ["t", "u"]))
      let reads = rig.driver.plant.reads("d")
      try await eventually("reads go on") { rig.driver.plant.reads("d") > reads + 20 }
      #expect(rig.driver.plant.connects == 1)
      rig.api.apply(Rig.device(cycle: 10, unit: 2))
      try await eventually("a new connection") { rig.driver.plant.connects == 2 && rig.driver.plant.open.count == 1 }
      rig.api.apply(Rig.device("e"))
      try await eventually("another device on the bus") { rig.driver.plant.reads("e") > 0 }
      #expect(rig.driver.plant.connects == 2, "devices of a bus share its connection")
      rig.api.delete("devices", "d")
      try await eventually("the device is let go") {
        let before = rig.driver.plant.reads("d")
        let other = rig.driver.plant.reads("e")
        try await eventually("the other is read") { rig.driver.plant.reads("e") > other + 10 }
        return rig.driver.plant.reads("d") == before
      }
      rig.api.delete("devices", "e")
      try await eventually("the connection is closed") { rig.driver.plant.open == [] }
    }
  }

  @Test("A device whose configuration is wrong is told unhealthy and leaves the others running; mended, it runs")
  func wrongConfiguration() async throws {
    try await Rig.run({ api, driver in
      ready(api, driver)
      api.apply(Rig.device("e", unit: "x"))
    }) { rig in
      try await eventually("unhealthy") { rig.edge.states.contains("e unhealthy") }
      try await eventually("the other") { rig.edge.states.contains("d online") }
      #expect(rig.driver.plant.reads("e") == 0)
      rig.api.apply(Rig.device("e", unit: 3))
      try await eventually("it runs") { rig.edge.states.contains("e online") }
    }
  }

  @Test("Under a core that says nothing of itself it reads before it writes, and sends neither marks nor old values")
  func kubeEdge() async throws {
    try await Rig.run(ours: false, ready) { rig in
      try await eventually("an update") { !rig.edge.updates.isEmpty }
      try rig.edge.desire("t", "5", at: 1000)
      try rig.edge.desire("t", "6", at: 1001)
      try await eventually("the write") { rig.driver.plant.writes == ["t=6"] }
      try await eventually("its value") { rig.edge.values("t").last?.actual?.value == "6" }
      rig.driver.plant.set("t", .failure(ReadingError(.timeout, "no answer")))
      let count = rig.edge.values("u").count
      try await eventually("updates go on") { rig.edge.values("u").count > count + 5 }
      #expect(rig.edge.values("t").allSatisfy { $0.written == nil && $0.actual?.quality == nil && $0.actual != nil })
    }
  }

  @Test("A refused update isn't sent again")
  func refusedUpdate() async throws {
    try await Rig.run({ api, driver in
      driver.plant.set("t", .int(5))
      driver.plant.set("u", .string("on"))
      api.apply(Rig.model)
    }) { rig in
      rig.edge.refuse(Refusal(code: 400, reason: "no"))
      rig.api.apply(Rig.device())
      try await eventually("updates go on") { rig.edge.updates.count > 5 }
      #expect(Set(rig.edge.updates.map(\.message.envelope.eventID)).count == rig.edge.updates.count)
    }
  }

  @Test("Messages that make no sense cost nothing")
  func nonsense() async throws {
    try await Rig.run(ready) { rig in
      try await eventually("an update") { !rig.edge.updates.isEmpty }
      let device = DeviceID(name: "d")
      for payload in ["", "{", "[]", #"{"event_id":7}"#, #"{"twin":{"t":{"expected":{}}},"delta":{"t":null}}"#, #"{"twin":7}"#] {
        for subject in [DeviceTopic.Subject.twinUpdateDelta, .twinUpdateResult, .twinGetResult] {
          try rig.edge.publish(DeviceTopic(device, subject), Array(payload.utf8))
        }
      }
      try rig.edge.desire("t", "42", at: 1000)
      try await eventually("the write") { rig.driver.plant.writes == ["t=42"] }
    }
  }

  @Test("A driver's call that blocks holds up neither other buses nor the mapper's goodbye")
  func blockedDriver() async throws {
    try await Rig.run({ api, driver in
      ready(api, driver)
      api.apply(Rig.device("e", bus: "other"))
    }) { rig in
      try await eventually("both") { Set(rig.edge.states).isSuperset(of: ["d online", "e online"]) }
      rig.driver.plant.hold("bus")
      defer { rig.driver.plant.release() }
      try await eventually("a blocked call") { rig.driver.plant.isBlocked }
      let reads = rig.driver.plant.reads("e")
      try await eventually("the other goes on") { rig.driver.plant.reads("e") > reads + 20 }
      await rig.end()
      try await eventually("the goodbye") { rig.edge.mapperStatus.last?.isOnline == false }
    }
  }

  @Test("The API server may go away: devices run on")
  func apiGone() async throws {
    try await Rig.run(ready) { rig in
      try await eventually("an update") { !rig.edge.updates.isEmpty }
      rig.api.stop()
      let reads = rig.driver.plant.reads("d")
      try await eventually("reads go on") { rig.driver.plant.reads("d") > reads + 20 }
    }
  }
}
