import TestSupport
import Testing

@Suite("The broker", .serialized)
struct BrokerTests {
  @Test("One that listens already is used, left alone, and waited for when it restarts")
  func external() async throws {
    let edge = try Installation()
    let broker = try await TestBroker(port: edge.mqttPort)
    let core = try await edge.startEdgeCore()
    // It has no login there, and needs none.
    let mapper = try await edge.startMapper("--mqtt-credentials", "none")
    try await edge.applyTemperature()
    try await edge.valuesMove()
    #expect(!edge.folder.exists("state/mosquitto/mosquitto.pid"))
    try await broker.restart()
    try await edge.valuesMove(after: try await edge.reportedTime())
    #expect(core.isRunning && mapper.isRunning)
    #expect(try await core.stop() == .code(0))
    #expect(accepts(port: edge.mqttPort))
  }

  @Test("A second edgecore on the same state is refused with the first one's process id")
  func secondEdgeCore() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let second = try await TestProcess.run(
      try Executables.path(of: "edgecore"),
      ["--data-source", edge.folder.path("state/swiftlet.db"), "--meta-server", "127.0.0.1:\(freePort())"])
    #expect(second.exit == .code(1))
    #expect(second.stderr.contains("in use by another edgecore, process \(core.pid)"), "\(second.stderr)")
  }

  @Test("An API port that is taken is an error that names it, and leaves no broker behind")
  func takenPort() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let mqttPort = freePort()
    let second = try await TestProcess.run(
      try Executables.path(of: "edgecore"),
      [
        "--data-source", edge.folder.path("other/swiftlet.db"), "--meta-server", "127.0.0.1:\(edge.apiPort)",
        "--mqtt-server-external", "tcp://127.0.0.1:\(mqttPort)",
      ])
    #expect(second.exit == .code(1))
    #expect(second.stderr.contains("cannot serve the API on 127.0.0.1:\(edge.apiPort)"), "\(second.stderr)")
    try await eventually("no broker") { !accepts(port: mqttPort) }
    _ = core
  }
}
