import Foundation
import HTTPTypes
import Hummingbird
public import Logging
import MQTTClient
import NIOCore
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
    try ListeningService.check(configuration.metaServer)
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
    let address = configuration.metaServer
    let metaServerLogger = moduleLogger("MetaServer")
    var requestLogger = metaServerLogger
    requestLogger.logLevel = max(requestLogger.logLevel, .warning)
    let application = Application(
      responder: APIResponder(
        server: server, door: RequestDoor(host: address.host), metrics: RequestMetrics(metrics.factory), logger: metaServerLogger),
      configuration: ApplicationConfiguration(address: .hostname(address.host, port: address.port), serverName: "swiftlet"),
      onServerRunning: { channel in
        metaServerLogger.info(
          "API served", metadata: ["address": "http://\(address.host):\(channel.localAddress?.port ?? address.port)"])
      },
      logger: requestLogger)
    services = [
      broker, bus.goodbye, meta.on(pipeline), deviceTwin.on(pipeline), liveness,
      bus.receive(into: deviceTwin, liveness).on(pipeline),
      ListeningService(application: application, address: address),
    ]
  }
}

/// Says which address can't be listened on when that is why the server ends.
private struct ListeningService: Service {
  let application: Application<APIResponder>
  let address: SocketAddress

  /// Finds out whether the address can be listened on, without listening: a client that came in meanwhile would never be
  /// answered.
  static func check(_ address: SocketAddress) throws {
    let resolved = try NIOCore.SocketAddress.makeAddressResolvingHost(address.host, port: address.port)
    let failure: Int32? = resolved.withSockAddr { pointer, size in
      let descriptor = socket(Int32(pointer.pointee.sa_family), Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      guard descriptor >= 0 else { return errno }
      defer { close(descriptor) }
      var yes: Int32 = 1
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
      return bind(descriptor, pointer, socklen_t(size)) == 0 ? nil : errno
    }
    guard let failure else { return }
    throw EdgeCoreError(
      .listen, "cannot serve the API on \(address): \(String(cString: strerror(failure))). Does another edgecore run there?")
  }

  func run() async throws {
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await application.run() }
        group.addTask {
          try await gracefulShutdown()
          // Requests under way get a moment to end; whoever hangs must not hold up the last commits.
          try await Task.sleep(for: .milliseconds(700))
        }
        defer { group.cancelAll() }
        try await group.next()
      }
    } catch is CancellationError {
      return
    } catch {
      throw EdgeCoreError(.listen, "cannot serve the API on \(address): \(error). Does another edgecore run there?")
    }
  }
}
