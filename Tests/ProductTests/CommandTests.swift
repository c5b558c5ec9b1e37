import Glibc
import TestSupport
import Testing

@Suite("The commands")
struct CommandTests {
  @Test("--help has examples, --version a number", arguments: ["edgecore", "edgectl", "temperature-mapper", "modbus-mapper"])
  func help(command: String) async throws {
    let path = try Executables.path(of: command)
    let help = try await TestProcess.run(path, ["--help"])
    #expect(help.exit == .code(0))
    #expect(help.stdout.contains("Examples:"))
    let version = try await TestProcess.run(path, ["--version"])
    #expect(version.exit == .code(0))
    #expect(version.stdout.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+\n/) != nil, "\(version.stdout)")
  }

  @Test("A wrong flag or log level is a usage error", arguments: ["edgecore", "edgectl", "temperature-mapper", "modbus-mapper"])
  func usage(command: String) async throws {
    let path = try Executables.path(of: command)
    #expect(try await TestProcess.run(path, ["--nonsense"]).exit == .code(2))
    let level = try await TestProcess.run(path, ["--log-level", "loud"] + (command == "edgectl" ? ["get", "devices"] : []))
    #expect(level.exit == .code(2))
    #expect(level.stderr.contains("loud"))
  }

  @Test("edgectl takes -oyaml as kubectl does")
  func joinedOption() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    try await edge.applyTemperature()
    let output = try await edge.edgectl("get", "device", "temperature", "-oyaml", "-ndefault")
    #expect(output.text.hasPrefix("apiVersion: devices.kubeedge.io/v1beta1\n"), "\(output.all)")
    _ = core
  }

  @Test("edgectl's live screen ends with 0 on SIGTERM, and logs its requests when asked")
  func liveScreen() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let screen = try await TestProcess(
      try Executables.path(of: "edgectl"), ["watch", "--server", edge.server, "--log-level", "debug"])
    try await screen.line(containing: "GET \(edge.server)/apis/devices.kubeedge.io/v1beta1/")
    #expect(try await screen.stop(within: .seconds(10)) == .code(0))
    _ = core
  }

  @Test("The configurations that edgecore prints are ones it takes", arguments: ["--minconfig", "--defaultconfig"])
  func printedConfiguration(flag: String) async throws {
    let edge = try Installation()
    let printed = try await TestProcess.run(try Executables.path(of: "edgecore"), [flag])
    let file = try edge.folder.write("edgecore.yaml", printed.stdout)
    let core = try await TestProcess(
      try Executables.path(of: "edgecore"),
      [
        "--config", file, "--meta-server", "127.0.0.1:\(edge.apiPort)", "--mqtt-server-external", "tcp://127.0.0.1:\(edge.mqttPort)",
        "--data-source", edge.folder.path("state/swiftlet.db"),
      ])
    try await core.line(containing: "API served")
    #expect(try await core.stop() == .code(0))
  }

  @Test("SIGTERM and Ctrl-C end edgecore and a mapper in good order, with a watch open", arguments: [SIGTERM, SIGINT, SIGHUP])
  func signals(signal: Int32) async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let mapper = try await edge.startMapper()
    try await edge.applyTemperature()
    try await edge.valuesMove()
    let watcher = try await TestProcess(
      try Executables.kubectl(), ["-s", edge.server, "--cache-dir", edge.folder.path("cache"), "get", "devices", "-w"])
    try await watcher.line(containing: "temperature")
    let broker = try edge.brokerPID()
    mapper.send(signal == SIGHUP ? SIGTERM : signal)
    #expect(try await mapper.exit(within: .seconds(10)) == .code(0))
    core.send(signal)
    #expect(try await core.exit(within: .seconds(10)) == .code(0))
    #expect(kill(broker, 0) != 0)
  }
}
