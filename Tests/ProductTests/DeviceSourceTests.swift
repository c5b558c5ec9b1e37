import FakeKubeEdge
import Foundation
import JSON
import TestSupport
import Testing

@Suite("A mapper's devices from files, as docs/mappers.md has them", .serialized)
struct DeviceSourceTests {
  private static func blocks(_ language: String) throws -> [String] {
    let text = try String(contentsOfFile: Executables.repositoryRoot + "/docs/mappers.md", encoding: .utf8)
    return text.split(separator: "```\(language)\n").dropFirst().compactMap { $0.split(separator: "```").first.map(String.init) }
  }

  @Test("A folder's devices report to edgecore without the API; a mistake is told with its place, and mended it runs")
  func folder() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let yaml = try #require(try Self.blocks("yaml").first)
    let commands = try Self.blocks("bash")
    try edge.folder.write("devices/room.yaml", yaml)
    #expect(commands.first?.contains("--node-name edge-node-1 --device-source devices --state-directory mapper-state") == true)
    let mapper = try await TestProcess(
      try Executables.path(of: "temperature-mapper"),
      [
        "--node-name", "edge-node-1", "--device-source", "devices", "--state-directory", "mapper-state", "--api-server",
        "http://127.0.0.1:1", "--mqtt-server", "tcp://127.0.0.1:\(edge.mqttPort)", "--mqtt-credentials", edge.mapperLogin,
      ], workingDirectory: edge.folder.path)
    try await mapper.line(containing: "served with 2 properties")
    #expect(try await edge.kubectl("apply", "-f", edge.folder.path("devices")).isSuccess)
    let time = try await edge.valuesMove("room", "temperature")

    try edge.folder.write("devices/room.yaml", yaml.replacing("mean: 21", with: "mean: warm"))
    try await mapper.line(
      containing: "devices/room.yaml:27:7: spec.protocol.configData.mean: expected a number, found \"warm\"")
    try await eventually("unhealthy") { try await edge.object("device", "room").at("status", "state") == "unhealthy" }
    try edge.folder.write("devices/room.yaml", yaml.replacing("mean: 21", with: "mean: 25"))
    try await edge.valuesMove(after: time, "room", "temperature")
    #expect(try await mapper.stop() == .code(0))
    _ = core
  }

  @Test("A device profile is served under a KubeEdge core of 1.9, and a desired value is written once")
  func profile() async throws {
    let folder = try TestFolder("profile")
    let broker = try await TestBroker()
    let core = try FakeKubeEdge(
      broker, devices: ["room": ["temperature": .init(type: "float"), "target": .init(type: "float", expected: "25.0")]])
    let json = try #require(try Self.blocks("json").first)
    let command = try #require(try Self.blocks("bash").first { $0.contains("--device-profile") })
    #expect(command.contains("temperature-mapper --device-profile /opt/kubeedge/deviceProfile.json --topic-shape name"))
    let mapper = try await TestProcess(
      try Executables.path(of: "temperature-mapper"),
      [
        "--device-profile", try folder.write("deviceProfile.json", json), "--topic-shape", "name", "--mqtt-server", broker.url,
        "--api-server", "http://127.0.0.1:1", "--state-directory", folder.path("state"),
      ])
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { await core.run() }
      try await eventually("a value") { core.actual("temperature", of: "room") != nil }
      try await eventually("the target", observing: { core.actual("target", of: "room") }, until: { $0 == "25" })
      try await eventually("the state") { core.now.states.contains("room online") }
      let value = core.actual("temperature", of: "room")
      try await eventually("another value") { core.actual("temperature", of: "room") != value }
      tasks.cancelAll()
    }
    #expect(mapper.stderr.split(separator: "\n").count { $0.contains("target is set to") } == 1, "\(mapper.stderr)")
    #expect(core.now.refusals == [])
    #expect(try await mapper.stop() == .code(0))
  }

  @Test("Two sources, or a shape that there isn't, are usage errors")
  func usage() async throws {
    let path = try Executables.path(of: "temperature-mapper")
    let both = try await TestProcess.run(path, ["--device-source", "devices", "--device-profile", "p.json"])
    #expect(both.exit == .code(2))
    #expect(both.stderr.contains("--device-profile: the devices come from devices already"))
    let shape = try await TestProcess.run(path, ["--topic-shape", "round"])
    #expect(shape.exit == .code(2))
    #expect(shape.stderr.contains("use namespaced or name"))
  }
}
