import Glibc
import MQTTClient
import TestSupport
import Testing

@Suite("Who may say what at edgecore's own broker", .serialized)
struct BrokerRoleTests {
  private static let devices = ["$hw/events/device/default/oven", "$hw/events/device/oven"]

  static let mappers =
    devices.flatMap { device in ["twin/update", "twin/get", "state/update"].map { "\(device)/\($0)" } } + [
      "$ke/events/device/default/oven/data/update", "$ke/events/device/oven/data/update", "$hw/events/mapper/oven-mapper/status",
      "$hw/events/node/edge-node-1/membership/get", "$hw/events/upload/oven", "SYS/dis/upload_records", "oven/user/topic",
    ]

  /// What edgecore says, and the cloud.
  static let edgecores =
    devices.flatMap { device in
      [
        "twin/update/result", "twin/update/document", "twin/update/delta", "twin/get/result", "twin/cloud_updated", "state/update/result",
        "updated",
      ].map { "\(device)/\($0)" }
    } + [
      "$hw/events/node/edge-node-1/membership/get/result", "$hw/events/node/edge-node-1/membership/updated",
      "$hw/events/node/edge-node-1/membership/detail", "$hw/events/node/edge-node-1/status",
    ]

  static let nobodys = ["oven/temperature", "$hw/events/device/oven", "$hw/other"]

  @Test("A mapper says what mappers say, and nothing of what edgecore and the cloud say, in either shape of topics")
  func mapper() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let listener = try await BrokerListener(edge.client("listener", as: "observer"), greetedBy: edge.client("greeter"))
    #expect(try await listener.heard(of: Self.mappers, from: edge.client("mapper")) == Self.mappers)
    for topic in Self.edgecores + Self.nobodys {
      #expect(try await listener.heard(of: [topic], from: edge.client("mapper")) == [], "\(topic)")
    }
    #expect(
      try await listener.heard(of: Self.edgecores + Self.mappers, from: edge.client("other-core", as: "edgecore"))
        == Self.edgecores + Self.mappers)
    await listener.close()
    #expect(core.isRunning)
  }

  @Test("A mapper's last will is held to the same")
  func will() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let listener = try await BrokerListener(edge.client("listener", as: "observer"), greetedBy: edge.client("greeter"))
    let payload = Array("will".utf8)
    for topic in ["$hw/events/device/oven/twin/cloud_updated", "$hw/events/upload/marker"] {
      var configuration = try edge.client("doomed")
      configuration.will = MQTTMessage(topic: topic, payload: payload)
      configuration.reconnectDelayMinimum = .seconds(600)
      configuration.reconnectDelayMaximum = .seconds(600)
      let doomed = try MQTTClient(configuration: configuration)
      try doomed.connect()
      try await connected(doomed)
      // Whoever takes its name ends it as a crash would.
      let thief = try MQTTClient(configuration: edge.client("doomed"))
      try thief.connect()
      try await connected(thief)
      await thief.close()
      await doomed.close()
    }
    #expect(try await listener.heard(payload) == [])
    await listener.close()
    _ = core
  }

  @Test("An observer hears everything and says nothing")
  func observer() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let listener = try await BrokerListener(edge.client("listener", as: "observer"), greetedBy: edge.client("greeter"))
    let observer = try MQTTClient(configuration: edge.client("second", as: "observer"))
    try observer.connect()
    try await connected(observer)
    let payload = Array("observed".utf8)
    for topic in Self.mappers + Self.edgecores { try observer.publish(topic: topic, payload: payload) }
    // All is acknowledged when this returns.
    await observer.close()
    let speaker = try MQTTClient(configuration: edge.client("speaker"))
    try speaker.connect()
    try await connected(speaker)
    try speaker.publish(topic: "$hw/events/upload/marker", payload: payload)
    #expect(try await listener.heard(payload) == [])
    await speaker.close()
    await listener.close()
    _ = core
  }

  @Test("Without a login nobody gets in; on request they have a mapper's rights")
  func anonymous() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let stranger = MQTTConfiguration(host: "127.0.0.1", port: UInt16(edge.mqttPort), clientID: "stranger")
    let refusal = await #expect(throws: MQTTError.self) { try await admitted(stranger) }
    #expect(refusal?.code == .refused)
    var liar = try edge.client("liar")
    liar.password = "something else"
    #expect(await #expect(throws: MQTTError.self) { try await admitted(liar) }?.code == .refused)
    // Its broker stays, and has the wrong settings for the next.
    try await core.kill()

    let open = try await edge.startEdgeCore(environment: ["EDGECORE_MQTT_ALLOW_ANONYMOUS": "true"])
    try await open.line(containing: "ending a broker left behind with other settings")
    try await open.line(containing: "broker started")
    try await eventually("the new broker listens") { accepts(port: edge.mqttPort) }
    let listener = try await BrokerListener(edge.client("listener", as: "observer"), greetedBy: edge.client("greeter"))
    #expect(try await listener.heard(of: Self.mappers, from: stranger) == Self.mappers)
    #expect(try await listener.heard(of: Self.edgecores + Self.nobodys, from: stranger) == [])
    await listener.close()
    #expect(try await open.stop() == .code(0))
    let wrong = try await TestProcess.run(
      try Executables.path(of: "edgecore"), [], environment: ["EDGECORE_MQTT_ALLOW_ANONYMOUS": "maybe"])
    #expect(wrong.exit == .code(2))
    #expect(wrong.stderr.contains("mqttAllowAnonymous is true or false, not \"maybe\""), "\(wrong.stderr)")
  }

  @Test("Another client can't take edgecore's place by its name")
  func name() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let thief = try MQTTClient(configuration: edge.client("edgecore-edge-node-1"))
    try thief.connect()
    try await connected(thief)
    let listener = try await BrokerListener(edge.client("listener", as: "observer"), greetedBy: edge.client("greeter"))
    #expect(try await listener.heard(of: ["a/user/b"], from: edge.client("speaker")) == ["a/user/b"])
    #expect(core.stderr.split(separator: "\n").count { $0.contains("broker connected") } == 1)
    #expect(try await edge.kubectl("get", "--raw", "/readyz").isSuccess)
    await thief.close()
    await listener.close()
  }
}
