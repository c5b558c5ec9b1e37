import Foundation
public import Logging
import MQTTClient
public import ServiceLifecycle

/// The edge core, put together: broker, EventBus, DeviceTwin, MetaManager and MetaServer.
public struct EdgeCore: Sendable {
  /// The parts in the order they are started; they are stopped the other way round, each when those after it are done.
  public let services: [any Service]

  /// Opens the state and puts the parts together; nothing runs yet.
  ///
  /// - Throws: ``EdgeCoreError``.
  public init(configuration: EdgeCoreConfiguration, logger: Logger) async throws {
    func moduleLogger(_ module: String) -> Logger {
      var logger = logger
      logger[metadataKey: "module"] = "\(module)"
      return logger
    }
    // Before anything that others would notice: a broker started, a session at one taken over.
    try APIService.check(configuration.metaServer)
    let clock = SystemClock()
    let pipeline = try WorkThread()
    let metrics = EdgeMetrics()
    let makeID: @Sendable () -> String = { UUID().uuidString.lowercased() }
    let store = try SQLiteStore(path: configuration.databasePath, thread: pipeline, clock: clock, logger: moduleLogger("MetaManager"))
    let dispatcher = TwinDispatcher(node: configuration.nodeName, makeID: makeID)
    let writer = ObjectWriter(dispatcher: dispatcher, makeUID: makeID)
    await KubeEdgeImport(folder: configuration.stateFolder, writer: writer, clock: clock, logger: moduleLogger("MetaManager"))
      .run(into: store)

    let access = BrokerAccess(
      username: configuration.mqttUsername, password: configuration.mqttPassword, stateFolder: configuration.stateFolder)
    // A mapper that took this name would throw edgecore out. Elsewhere the name stays, so that a connection that died unnoticed
    // is replaced and its will doesn't come late.
    let suffix = configuration.isBrokerExternal ? "" : "-\(makeID())"
    var mqtt = MQTTConfiguration(address: configuration.mqttServer, clientID: "edgecore-\(configuration.nodeName)\(suffix)")
    mqtt.login = { access.login() }
    mqtt.tls = configuration.mqttTLS
    if let warning = configuration.mqttTLS?.warning { moduleLogger("EventBus").warning("\(warning)") }
    let bus = try EventBus(
      configuration: mqtt, node: configuration.nodeName, startID: makeID(), clock: clock, logger: moduleLogger("EventBus"))
    let meta = try await MetaManager(
      store: store,
      valueHistory: TwinHistory(retention: configuration.historySeconds * 1_000, maximumBytes: configuration.historyBytes), clock: clock,
      logger: moduleLogger("MetaManager"), metrics: CommitMetrics(metrics.factory)
    ) {
      bus.publish($0)
    }
    let now = clock.now
    do {
      try await meta.apply { writer.prepare(&$0, now: now) }
    } catch {
      moduleLogger("MetaManager").warning("the namespaces and the node can't be stored", metadata: ["error": "\(error)"])
    }
    let deviceTwin = DeviceTwin(
      meta: meta, dispatcher: dispatcher, clock: clock, logger: moduleLogger("DeviceTwin"), publish: { bus.publish([$0]) })
    let liveness = MapperLiveness(
      meta: meta, clock: clock, logger: moduleLogger("DeviceTwin"), lose: { await deviceTwin.receive($0) })
    await liveness.expectKnown()
    let broker = Broker(
      settings: BrokerSettings(
        address: configuration.mqttServer, allowsAnonymous: configuration.mqttAllowAnonymous, tls: configuration.mqttServerTLS),
      isExternal: configuration.isBrokerExternal, stateFolder: configuration.stateFolder, clock: clock, logger: moduleLogger("EventBus"))

    let server = MetaServer(
      meta: meta, writer: writer, clock: clock,
      readiness: [{ ("broker", bus.isConnected) }, { ("database", await store.isWritable()) }],
      metrics: { await metrics.text(meta, deviceTwin, bus) })
    let api = try APIService(
      configuration, server: server, metrics: RequestMetrics(metrics.factory), clock: clock, logger: moduleLogger("MetaServer"))
    services = [
      broker, bus.goodbye, meta.on(pipeline), deviceTwin.on(pipeline), liveness,
      bus.receive(into: deviceTwin, liveness).on(pipeline),
      api,
    ]
  }
}
