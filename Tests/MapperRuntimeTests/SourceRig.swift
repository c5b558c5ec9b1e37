import FakeKubeEdge
import MapperRuntime
import TestSupport
import Testing
import TwinProtocol

/// A mapper whose devices come from files, without any API server.
struct SourceRig: Sendable {
  let folder: TestFolder
  let broker: TestBroker
  let driver: FakeDriver
  let log: LogLines
  /// Of ours, with its answers to mappers.
  let edge: FakeEdge?
  /// KubeEdge's.
  let kubeEdge: FakeKubeEdge?

  /// Runs a mapper while the body runs, under a core of ours, or under KubeEdge's when that has devices.
  static func run(
    shape: TopicShape = .namespaced, known: [String: Twin] = [:], kubeEdge devices: [String: [String: KubeEdgeCore.Attribute]]? = nil,
    _ source: (TestFolder) throws -> DeviceSource, _ prepare: (FakeDriver) -> Void = { _ in },
    _ body: @Sendable @escaping (SourceRig) async throws -> Void
  ) async throws {
    let folder = try TestFolder("source")
    let broker = try await TestBroker()
    let kubeEdge = try devices.map { try FakeKubeEdge(broker, devices: $0) }
    let edge = kubeEdge == nil ? try FakeEdge(broker) : nil
    edge?.know(known)
    try await edge?.appear("first")
    let driver = FakeDriver()
    prepare(driver)
    let log = LogLines()
    let configuration = MapperConfiguration(
      name: "m", node: "n", apiServer: "http://127.0.0.1:1", mqttServer: broker.url, deviceSource: try source(folder), topicShape: shape)
    let runtime = try MapperRuntime(driver: driver, configuration: configuration, logger: log.logger)
    let rig = SourceRig(folder: folder, broker: broker, driver: driver, log: log, edge: edge, kubeEdge: kubeEdge)
    let core: @Sendable () async -> Void = {
      await edge?.run()
      await kubeEdge?.run()
    }
    try await runMapper(runtime, beside: core, logger: log.logger, log: log) { _ in try await body(rig) }
    #expect(driver.plant.open == [], "no connection is left open")
  }

  /// Waits until a line was logged that contains a text.
  @discardableResult
  func logged(_ text: String) async throws -> String {
    try await log.line(with: text)
  }
}
