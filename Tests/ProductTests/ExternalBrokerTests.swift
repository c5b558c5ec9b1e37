import MQTTClient
import TestSupport
import Testing

@Suite("A broker that isn't edgecore's own, and edgecore's own for other machines", .serialized)
struct ExternalBrokerTests {
  @Test("With user and password: a refusal is told and tried again, and none of ours is started meanwhile")
  func password() async throws {
    let edge = try Installation()
    let passwords = try edge.folder.write("passwords", "edge:secret-word\nmapper:other-word\n")
    #expect(try await TestProcess.run("mosquitto_passwd", ["-U", passwords]).exit == .code(0))
    let wrong = try await edge.launchEdgeCore(["--mqtt-username", "edge"], environment: ["EDGECORE_MQTT_PASSWORD": "wrong"])
    try await wrong.line(containing: "no broker listens; waiting for it")
    let broker = try await TestBroker(port: edge.mqttPort, configuration: "allow_anonymous false\npassword_file \(passwords)")
    try await wrong.line(containing: "not authorised; edgecore logs in as \"edge\" (modules.eventBus.mqttUsername)")
    #expect(try await edge.kubectl("get", "--raw", "/readyz").isSuccess == false)
    #expect(try await wrong.stop() == .code(0))

    let core = try await edge.startEdgeCore("--mqtt-username", "edge", environment: ["EDGECORE_MQTT_PASSWORD": "secret-word"])
    let file = try edge.folder.write("word", "other-word\n")
    let mapper = try await edge.startMapper("--mqtt-username", "mapper", "--mqtt-password-file", file)
    #expect(try await mapper.exit() == .code(2), "one login only")
    let second = try await TestProcess(
      try Executables.path(of: "temperature-mapper"),
      [
        "--node-name", "edge-node-1", "--api-server", edge.server, "--mqtt-server", "tcp://127.0.0.1:\(edge.mqttPort)", "--http-port",
        "off",
        "--state-directory", edge.folder.path("mapper"), "--mqtt-username", "mapper", "--mqtt-password-file", file,
      ])
    try await edge.applyTemperature()
    try await edge.valuesMove()
    for text in [core.stderr, second.stderr] { #expect(!text.contains("secret-word") && !text.contains("other-word")) }
    #expect(!edge.folder.exists("state/mosquitto/mosquitto.pid"))
    _ = broker
  }

  @Test("With TLS and client certificates: edgecore and mapper come in, and say why when they don't")
  func tls() async throws {
    let edge = try Installation()
    let authority = try await TestAuthority(edge.folder)
    let server = try await authority.issue("broker")
    let own = try await authority.issue("edgecore")
    let mappers = try await authority.issue("mapper")
    let port = freePort()
    let broker = try await TestBroker(
      configuration: """
        listener \(port) 127.0.0.1
        cafile \(authority.certificate)
        certfile \(server.certificate)
        keyfile \(server.key)
        require_certificate true
        """)
    func configuration(_ certificate: String) throws -> String {
      try edge.folder.write(
        "edgecore.yaml",
        """
        modules:
          eventBus:
            mqttServerExternal: ssl://127.0.0.1:\(port)
            eventBusTLS:
              enable: true
              tlsMqttCAFile: \(authority.certificate)
              tlsMqttCertFile: \(certificate)
              tlsMqttPrivateKeyFile: \(own.key)

        """)
    }
    func launch(_ file: String) async throws -> TestProcess {
      try await TestProcess(
        try Executables.path(of: "edgecore"),
        [
          "--config", file, "--hostname-override", "edge-node-1", "--meta-server", "127.0.0.1:\(edge.apiPort)", "--data-source",
          edge.folder.path("state/swiftlet.db"),
        ])
    }
    let wrong = try await launch(try configuration(mappers.certificate))
    try await wrong.line(containing: "the private key \(own.key) doesn't belong to the certificate \(mappers.certificate)")
    #expect(try await wrong.stop() == .code(0))

    let core = try await launch(try configuration(own.certificate))
    try await core.line(containing: "broker connected")
    let mapper = try await edge.startMapper(
      "--mqtt-credentials", "none", "--mqtt-server", "tls://127.0.0.1:\(port)", "--mqtt-ca-file", authority.certificate, "--mqtt-cert-file",
      mappers.certificate, "--mqtt-key-file", mappers.key)
    try await edge.applyTemperature()
    try await edge.valuesMove()
    #expect(mapper.isRunning)
    _ = broker
  }

  @Test("TLS that is asked for and not in the address is refused, and so are half a listener and keys that aren't there")
  func configuration() async throws {
    let edge = try Installation()
    func problem(_ options: String...) async throws -> String {
      let process = try await edge.launchEdgeCore(options)
      #expect(try await process.exit() == .code(2))
      return process.stderr
    }
    #expect(try await problem("--tls-mqtt-ca-file", "/ca.pem").contains("write tls://127.0.0.1:8883"))
    #expect(try await problem("--mqtt-server-tls-listen", "0.0.0.0:8883").contains("needs caFile, certFile and privateKeyFile"))
    #expect(try await problem("--mqtt-server-tls-ca-file", "/ca.pem").contains("set listen, for instance to 0.0.0.0:8883"))
    #expect(
      try await problem(
        "--mqtt-server-tls-listen", "0.0.0.0:8883", "--mqtt-server-tls-ca-file", "/ca.pem", "--mqtt-server-tls-cert-file", "/c.pem",
        "--mqtt-server-tls-private-key-file", "/k.pem"
      ).contains("cannot read /ca.pem"))
    #expect(!edge.folder.exists("state/mosquitto"))
  }

  @Test("edgecore's own broker lets other machines in with a certificate, whatever its name, as mappers")
  func listener() async throws {
    let edge = try Installation()
    let authority = try await TestAuthority(edge.folder)
    let server = try await authority.issue("broker")
    let port = freePort()
    let core = try await edge.startEdgeCore(
      "--mqtt-server-tls-listen", "127.0.0.1:\(port)", "--mqtt-server-tls-ca-file", authority.certificate, "--mqtt-server-tls-cert-file",
      server.certificate, "--mqtt-server-tls-private-key-file", server.key)
    let listener = try await BrokerListener(edge.client("listener", as: "observer"), greetedBy: edge.client("greeter"))
    for name in ["mapper-7", "edgecore"] {
      let identity = try await authority.issue(name)
      var remote = MQTTConfiguration(address: MQTTAddress(host: "127.0.0.1", port: UInt16(port), usesTLS: true), clientID: name)
      remote.tls = MQTTTLS(caFile: authority.certificate, certFile: identity.certificate, keyFile: identity.key)
      #expect(try await listener.heard(of: BrokerRoleTests.mappers, from: remote) == BrokerRoleTests.mappers)
      #expect(try await listener.heard(of: BrokerRoleTests.edgecores + BrokerRoleTests.nobodys, from: remote) == [])
      remote.tls?.certFile = nil
      remote.tls?.keyFile = nil
      let bare = remote
      #expect(await #expect(throws: MQTTError.self) { try await admitted(bare) }?.code == .tls)
    }
    // Still with a login, and as a mapper, on the machine itself.
    #expect(try await listener.heard(of: BrokerRoleTests.edgecores, from: edge.client("local")) == [])
    await listener.close()
    #expect(core.isRunning)
  }
}
