import Foundation
import TestSupport
import Testing

@Suite("Devices that refer to Secrets and ConfigMaps, as docs/mappers.md has it", .timeLimit(.minutes(5)))
struct SecretReferenceTests {
  /// The address of the simulated slave, which only the Secret says.
  private static let secret = (first: "127.66.55.44", second: "127.66.55.45", part: "127.66.55")

  private static let model = """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: DeviceModel
    metadata: {name: pump-model}
    spec:
      protocol: modbus
      properties:
        - {name: level, type: INT, accessMode: ReadOnly, visitors: {protocolName: modbus, configData: {register: HoldingRegister, offset: 0, limit: 1}}}

    """

  private static func documented() throws -> (device: String, commands: [[String]]) {
    let page = try String(contentsOfFile: Executables.repositoryRoot + "/docs/mappers.md", encoding: .utf8)
    let section = try #require(page.split(separator: "## Values from Secrets and ConfigMaps").last)
    func block(_ language: String) throws -> Substring {
      try #require(section.split(separator: "```\(language)\n").dropFirst().first?.split(separator: "```").first)
    }
    let commands = try block("bash").split(separator: "\n").map { $0.split(separator: " ").dropFirst().map(String.init) }
    return (String(try block("yaml")), commands)
  }

  private static func slave(_ folder: TestFolder, port: Int) async throws -> TestProcess {
    let device = """
      ---
      apiVersion: devices.kubeedge.io/v1beta1
      kind: Device
      metadata: {name: pump}
      spec: {deviceModelRef: {name: pump-model}, protocol: {protocolName: modbus, configData: {ip: 127.0.0.1, port: \(port)}}}

      """
    let file = try folder.write("slave.yaml", model + device)
    let slave = try await TestProcess(
      try Executables.path(of: "modbus-mapper"),
      ["simulate", file, "--bus", "tcp://127.0.0.1:\(port)", "--listen", "0.0.0.0:\(port)"])
    try await slave.line(containing: "serving")
    return slave
  }

  @Test("A device waits for its Secret, is reached by it, and anew when it changes; and nobody says what is in it")
  func secret() async throws {
    let secure = try await SecureInstallation()
    let edge = secure.edge
    let port = freePort()
    let restPort = freePort()
    var slave = try await Self.slave(edge.folder, port: port)
    let mapper = try await TestProcess(
      try Executables.path(of: "modbus-mapper"),
      [
        "--node-name", "edge-node-1", "--mqtt-server", "tcp://127.0.0.1:\(edge.mqttPort)", "--http-port", "\(restPort)",
        "--state-directory", edge.folder.path("mapper"), "--log-level", "debug", "--api-kubeconfig", secure.kubeconfig,
      ], environment: ["MAPPER_MQTT_CREDENTIALS": edge.mapperLogin])
    func device(_ path: String) async throws -> String {
      try await secure.kubectl("get", "device", "pump", "-o", "jsonpath={\(path)}").stdout
    }
    func http(_ path: String) async throws -> String {
      try await TestProcess.run("curl", ["-sS", "http://127.0.0.1:\(restPort)/\(path)"]).stdout
    }
    var said: [String] = []

    let (yaml, commands) = try Self.documented()
    let applied = try await secure.kubectl("apply", "-f", try edge.folder.write("pump.yaml", Self.model + "---\n" + yaml))
    #expect(applied.exit == .code(0), "\(applied.stderr)")
    #expect(
      applied.stderr.contains(
        "Warning: spec.protocol.configData.ip: there is no Secret default/plc-line, of which the key address is needed"),
      "\(applied.stderr)")
    #expect(applied.stderr.contains("Warning: spec.protocol.configData.port: there is no ConfigMap default/site"))
    #expect(!applied.stderr.contains("slaveID"), "it is optional")
    let ready = #".status.conditions[?(@.type=="Ready")]"#
    try await eventually("not ready") { try await device("\(ready).message").contains("there is no Secret default/plc-line") }
    #expect(try await device("\(ready).status") == "False")
    try await eventually("an Event") {
      try await secure.kubectl("get", "events").stdout.contains("ReferenceUnresolved")
    }
    #expect(try await http("api/v1/device/default/pump/level").contains("there is no Secret default/plc-line"))

    for command in commands {
      let arguments = command.map {
        $0.replacing("192.0.2.17", with: Self.secret.first).replacing("modbus-port=502", with: "modbus-port=\(port)")
      }
      let created = try await SecureInstallation.kubectl(edge, ["--kubeconfig", secure.kubeconfig] + arguments)
      #expect(created.exit == .code(0), "\(created.stderr)")
    }
    try await eventually("a value") { try await !device(".status.twins[0].reported.value").isEmpty }
    #expect(try await device("\(ready).status") == "True")
    let bus = #"{bus="tcp://(secret plc-line/address):\#(port)"}"#
    try await eventually("the bus in the metrics") { try await http("metrics").contains("mapper_bus_connected\(bus) 1") }
    #expect(mapper.stderr.split(separator: "\n").count { $0.contains("served with 1 properties") } == 1)

    let patched = try await secure.kubectl(
      "patch", "secret", "plc-line", "--type", "merge", "-p", #"{"stringData":{"address":"\#(Self.secret.second)"}}"#)
    #expect(patched.exit == .code(0), "\(patched.stderr)")
    try await eventually("connected anew") {
      mapper.stderr.split(separator: "\n").count { $0.contains("served with 1 properties") } == 2
    }
    try await eventually("the new bus") { try await http("metrics").contains("mapper_bus_connected\(bus) 1") }

    _ = try await slave.stop()
    try await eventually("offline") { try await device("\(ready).status") == "False" }
    said += [
      try await http("api/v1/device/default/pump/level"), try await http("metrics"), try await http("api/v1/meta/model/default/pump"),
    ]
    said += [
      try await secure.kubectl("get", "devices", "-o", "yaml").stdout, try await secure.kubectl("describe", "device", "pump").stdout,
    ]
    said.append(try await secure.kubectl("get", "events", "-o", "yaml").stdout)
    slave = try await Self.slave(edge.folder, port: port)
    try await eventually("ready again") { try await device("\(ready).status") == "True" }

    // plan, read and write have the Secret from the same files, or from the API.
    let objects = """
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: plc-line}
      stringData: {address: \(Self.secret.first)}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: site}
      data: {modbus-port: "\(port)"}

      """
    let file = try edge.folder.write("all.yaml", Self.model + "---\n" + yaml + objects)
    let program = try Executables.path(of: "modbus-mapper")
    for arguments in [["plan", file], ["plan", file, "-o", "json"], ["read", "-f", file, "pump"]] {
      let result = try await TestProcess.run(program, arguments)
      #expect(result.exit == .code(0), "\(arguments): \(result.stdout)\(result.stderr)")
      said += [result.stdout, result.stderr]
    }
    let read = try await TestProcess.run(program, ["read", "pump"], environment: ["MAPPER_API_KUBECONFIG": secure.kubeconfig])
    #expect(read.exit == .code(0) && read.stdout.contains("level"), "\(read.stdout)\(read.stderr)")
    _ = try await slave.stop()
    let failed = try await TestProcess.run(program, ["read", "-f", file, "pump"])
    #expect(failed.exit == .code(1) && (failed.stdout + failed.stderr).contains("(secret plc-line/address)"), "\(failed.stderr)")
    said += [read.stdout, read.stderr, failed.stdout, failed.stderr]

    #expect(try await mapper.stop() == .code(0))
    said += [mapper.stdout, mapper.stderr, secure.core.stdout, secure.core.stderr]
    for text in said {
      for line in text.split(separator: "\n") { #expect(!line.contains(Self.secret.part), "\(line)") }
    }
  }

  @Test("An API without authentication shows the mapper no Secret, and the device says what to do")
  func hidden() async throws {
    let edge = try Installation()
    _ = try await edge.startEdgeCore()
    let (yaml, _) = try Self.documented()
    let file = try edge.folder.write("pump.yaml", Self.model + "---\n" + yaml)
    #expect(try await edge.kubectl("create", "secret", "generic", "plc-line", "--from-literal=address=127.0.0.1").isSuccess)
    #expect(try await edge.kubectl("create", "configmap", "site", "--from-literal=modbus-port=1").isSuccess)
    let applied = try await edge.kubectl("apply", "-f", file)
    #expect(applied.isSuccess && !applied.all.contains("there is no"), "\(applied.all)")
    let mapper = try await TestProcess(
      try Executables.path(of: "modbus-mapper"),
      [
        "--node-name", "edge-node-1", "--mqtt-server", "tcp://127.0.0.1:\(edge.mqttPort)", "--http-port", "off", "--api-server",
        edge.server,
        "--state-directory", edge.folder.path("mapper"),
      ], environment: ["MAPPER_MQTT_CREDENTIALS": edge.mapperLogin])
    try await eventually("the condition") {
      try await edge.kubectl("get", "device", "pump", "-o", "jsonpath={.status.conditions[*].message}").text.contains(
        "start edgecore with --meta-server-auth token")
    }
    #expect(try await mapper.stop() == .code(0))
    #expect(!mapper.stderr.contains("isn't there yet"), "the model is")
  }
}
