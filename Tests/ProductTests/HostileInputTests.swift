import JSON
import MQTTClient
import TestSupport
import Testing
import TwinProtocol

@Suite("Bad input to a running installation", .serialized)
struct HostileInputTests {
  @Test("Each bad message is answered, and costs nothing but itself")
  func messages() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let mapper = try await edge.startMapper()
    try await edge.applyTemperature()
    try await edge.valuesMove()
    let client = try MQTTClient(configuration: try edge.client("hostile"))
    try client.subscribe(["$hw/events/device/+/+/twin/update/result", "$hw/events/device/+/twin/update/result"])
    try client.connect()
    for await event in client.events {
      if case .connected = event { break }
    }

    #expect(try await refusal(client, "temperature", Array("not json".utf8)).hasPrefix("400: the payload is not JSON: line 1, column 1"))
    #expect(try await refusal(client, "nobody", Array(#"{"twin":{}}"#.utf8)).hasPrefix("404: "))
    #expect(
      try await refusal(client, "temperature", Array(#"{"event_id":"h","twin":{"pressure":{"actual":{"value":"1"}}}}"#.utf8))
        == "400: pressure: the model \"temperature-model\" has no such property")
    #expect(
      try await refusal(client, "temperature", Array(#"{"event_id":"h","twin":{"temperature":{"actual":{"value":"1000"}}}}"#.utf8))
        == "400: temperature: 1000 is above the maximum 125")
    #expect(
      try await refusal(client, "temperature", [UInt8](repeating: 0x20, count: 10_000_000))
        == "400: the payload has 10000000 bytes, more than the 1048576 allowed")
    await client.close()
    try await edge.valuesMove(after: try await edge.reportedTime())
    #expect(core.isRunning && mapper.isRunning)
  }

  /// Sends an update and waits for the first refusal on its device's topic.
  private func refusal(_ client: MQTTClient, _ name: String, _ payload: [UInt8]) async throws -> String {
    let id = DeviceID(name: name)
    try client.publish(topic: DeviceTopic(id, .twinUpdate).description, payload: payload)
    let expected = DeviceTopic(id, .twinUpdateResult).description
    for await event in client.events {
      guard case .message(let message) = event, message.topic == expected else { continue }
      let result = try TwinUpdateResult(decoding: message.payload)
      if let refusal = result.refusal { return refusal.description }
    }
    return "no answer"
  }

  @Test("Text that isn't YAML is refused with file, line and column")
  func notYAML() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let file = try edge.folder.write("broken.yaml", "apiVersion: devices.kubeedge.io/v1beta1\nkind: Device\n  metadata: [\n")
    let applied = try await edge.edgectl("apply", "-f", file)
    #expect(applied.result.exit == .code(1))
    #expect(applied.all.contains("\(file):3:"), "\(applied.all)")
    _ = core
  }

  @Test("A wrong key of a configuration is refused with file, line and column")
  func wrongKey() async throws {
    let folder = try TestFolder()
    let core = try folder.write("edgecore.yaml", "modules:\n  eventBus:\n    mqttServerExtrenal: tcp://127.0.0.1:1883\n")
    let edgecore = try await TestProcess.run(try Executables.path(of: "edgecore"), ["--config", core])
    #expect(edgecore.exit == .code(2))
    #expect(
      edgecore.stderr.contains("\(core):3:5: modules.eventBus.mqttServerExtrenal: unknown field (did you mean mqttServerExternal?)"),
      "\(edgecore.stderr)")

    let mapper = try folder.write("config.yaml", "common:\n  nmae: temperature\n")
    let result = try await TestProcess.run(try Executables.path(of: "temperature-mapper"), ["--config-file", mapper])
    #expect(result.exit == .code(2))
    #expect(result.stderr.contains("\(mapper):2:3: "), "\(result.stderr)")
  }

  @Test("An address that is open to other machines is refused")
  func openAddress() async throws {
    let folder = try TestFolder()
    let result = try await TestProcess.run(
      try Executables.path(of: "edgecore"), ["--meta-server", "0.0.0.0:10550", "--data-source", folder.path("swiftlet.db")])
    #expect(result.exit == .code(2))
    #expect(result.stderr.contains("0.0.0.0:10550"), "\(result.stderr)")
  }
}
