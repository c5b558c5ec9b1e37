import EdgeCore
import JSON
import TestSupport
import Testing
import TwinProtocol

@Suite("Messages from the edge")
struct TwinDispatcherTests {
  @Test(
    "A bad update costs one answer that names what is wrong, on the topic of its device",
    arguments: [
      ("not json", "", "the payload is not JSON"),
      (#"{"event_id":"e1","twin":7}"#, "e1", "twin: expected an object"),
      (
        #"{"event_id":"e1","twin":{"pressure":{"actual":{"value":"1"}}}}"#, "e1",
        "pressure: the model \"boiler-model\" has no such property"
      ),
      (#"{"event_id":"e1","twin":{"temperature":{"actual":{"value":"200"}}}}"#, "e1", "temperature: 200 is above the maximum 125"),
      (#"{"event_id":"e1","twin":{"temperature":{"actual":{"value":"hot"}}}}"#, "e1", "temperature: the value is not float"),
      (#"{"event_id":"e1","twin":{"temperature":{"expected":{"value":"20"}}}}"#, "e1", "temperature: the property is read-only"),
      (#"{"event_id":"e1","twin":{"temperature":{"actual":{}}}}"#, "e1", "twin.temperature.actual.value: the value is missing"),
      (
        #"{"event_id":"e1","twin":{"temperature":{"expected":{"value":null}}}}"#, "e1",
        "twin.temperature.expected.value: the value is missing"
      ),
    ])
  func badUpdate(payload: String, eventID: String, reason: String) async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      let answers = try await edge.receive(Samples.topic("boiler", .twinUpdate), payload)
      #expect(answers.first?.topic == Samples.topic("boiler", .twinUpdateResult))
      let result = try TwinUpdateResult(decoding: answers.first?.payload ?? [])
      #expect(result.envelope.eventID == eventID)
      #expect(result.refusal?.code == 400)
      #expect(result.refusal?.reason.contains(reason) == true, "\(result.refusal?.reason ?? "")")

      let good = try await edge.receive(
        Samples.topic("boiler", .twinUpdate), #"{"event_id":"e2","twin":{"temperature":{"actual":{"value":"70"}}}}"#)
      #expect(try TwinUpdateResult(decoding: good[0].payload).refusal == nil)
    }
  }

  @Test("Of an update with one bad value the good ones are taken")
  func partial() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      let answers = try await edge.receive(
        Samples.topic("boiler", .twinUpdate),
        #"{"event_id":"e","twin":{"temperature":{"actual":{"value":"70"}},"target":{"actual":{"value":"x"}}}}"#)
      let result = try TwinUpdateResult(decoding: answers[0].payload)
      #expect(result.twins.keys.sorted() == ["temperature"])
      #expect(result.refusal?.reason == "target: the value is not float")
    }
  }

  @Test("The answer comes in the shape that asked; the old one means the default namespace, else the only device of that name")
  func shapes() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      for namespace in ["factory", "plant"] { try await edge.makeNamespace(namespace) }
      let elsewhere = "/apis/devices.kubeedge.io/v1beta1/namespaces/factory/devices"
      let update = #"{"event_id":"e","twin":{"p":{"actual":{"value":"1"}}}}"#
      func answer(_ topic: String) async throws -> (topic: String?, code: Int?) {
        let answers = try await edge.receive(topic, update)
        return (answers.first?.topic, try TwinUpdateResult(decoding: answers.first?.payload ?? []).refusal?.code)
      }
      #expect(try await answer("$hw/events/device/pump/twin/update") == ("$hw/events/device/pump/twin/update/result", 404))
      _ = try await edge.call("POST", elsewhere, Samples.device("pump"))
      #expect(try await answer("$hw/events/device/pump/twin/update") == ("$hw/events/device/pump/twin/update/result", nil))
      #expect(
        try await answer("$hw/events/device/factory/pump/twin/update") == ("$hw/events/device/factory/pump/twin/update/result", nil))
      _ = try await edge.call("POST", "/apis/devices.kubeedge.io/v1beta1/namespaces/plant/devices", Samples.device("pump"))
      #expect(try await answer("$hw/events/device/pump/twin/update") == ("$hw/events/device/pump/twin/update/result", 400))
      _ = try await edge.call("POST", Samples.devices, Samples.device("pump"))
      #expect(try await answer("$hw/events/device/pump/twin/update") == ("$hw/events/device/pump/twin/update/result", nil))
    }
  }

  @Test("An update that comes again is answered again and not applied")
  func duplicate() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      let update = #"{"event_id":"once","timestamp":5,"twin":{"p":{"actual":{"value":"1"}}}}"#
      #expect(try await edge.receive(Samples.topic("boiler", .twinUpdate), update).count == 2)
      _ = try await edge.receive(Samples.topic("boiler", .twinUpdate), #"{"event_id":"two","twin":{"p":{"actual":{"value":"2"}}}}"#)
      let again = try await edge.receive(Samples.topic("boiler", .twinUpdate), update)
      #expect(again.map(\.topic) == [Samples.topic("boiler", .twinUpdateResult)])
      let get = try await edge.receive(Samples.topic("boiler", .twinGet), "{}")
      #expect(try TwinGetResult(decoding: get[0].payload).outcome.get()["p"]?.actual?.value == "2")
    }
  }

  @Test("A state is taken over in any case of letters; another word is refused; the last time online is kept")
  func state() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      let topic = Samples.topic("boiler", .stateUpdate)
      let online = try await edge.receive(topic, #"{"state":"OK"}"#)
      #expect(try JSONValue(parsing: online[0].payload).at("device", "state") == "OK")
      _ = try await edge.receive(topic, #"{"state":"offline"}"#)
      let device = try await edge.call("GET", Samples.devices + "/boiler").json
      #expect(device.at("status", "state") == "offline")
      #expect(device.at("status", "lastOnlineTime")?.string?.hasPrefix("2026-") == true)
      let refused = try await edge.receive(topic, #"{"state":"sleepy"}"#)
      #expect(try JSONValue(parsing: refused[0].payload)["code"] == 400)
    }
  }

  @Test("Ready says why a device isn't reached, as its mapper tells it, until it is")
  func reason() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      func message() async throws -> String? {
        let conditions = try await edge.call("GET", Samples.devices + "/boiler").json.at("status", "conditions")?.array
        return conditions?.first { $0["type"] == "Ready" }?["message"]?.string
      }
      let topic = Samples.topic("boiler", .stateUpdate)
      _ = try await edge.receive(topic, #"{"state":"offline","reason":"unit 1 doesn't answer"}"#)
      #expect(try await message() == "the mapper doesn't reach the device: unit 1 doesn't answer")
      _ = try await edge.receive(topic, #"{"state":"unhealthy","reason":"spec.x: is wrong"}"#)
      #expect(try await message() == "the mapper finds the device unhealthy: spec.x: is wrong")
      _ = try await edge.receive(topic, #"{"state":"offline"}"#)
      #expect(try await message() == "the mapper doesn't reach the device")
      _ = try await edge.receive(topic, #"{"state":"online","reason":"none"}"#)
      #expect(try await message() == "the mapper reaches the device")
    }
  }

  @Test("A cloud's update from a local client is refused")
  func cloudUpdate() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.devices, Samples.device())
      let answers = try await edge.receive(Samples.topic("boiler", .twinCloudUpdated), #"{"event_id":"c","twin":{"p":null}}"#)
      #expect(try TwinUpdateResult(decoding: answers[0].payload).refusal?.code == 400)
    }
  }

  @Test("The membership lists the devices")
  func membership() async throws {
    let folder = try TestFolder()
    try await EdgeFixture.with(folder) { edge in
      _ = try await edge.call("POST", Samples.alphaDevices, Samples.articleDevice)
      let answers = try await edge.receive("$hw/events/node/other/membership/get", #"{"event_id":"m"}"#)
      #expect(answers[0].topic == "$hw/events/node/edge-node-1/membership/get/result")
      #expect(
        try JSONValue(parsing: answers[0].payload)["devices"]
          == [["id": "default/temperature", "name": "temperature", "description": "temperature"]])
    }
  }
}
