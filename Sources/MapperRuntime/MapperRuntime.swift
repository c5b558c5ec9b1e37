public import Logging
public import MapperSDK
public import ServiceLifecycle

/// A mapper: takes the Devices of its node that speak its driver's protocol, runs them, and reports to edgecore.
public struct MapperRuntime<Driver: DeviceDriver>: Service {
  private let link: EdgeLink
  private let manager: DeviceManager<Driver>
  private let source: any SpecSource
  private let events: EventPoster
  private let schema: SchemaPublisher?
  private let rest: RESTServer?
  private let logger: Logger

  /// A mapper that doesn't run yet.
  ///
  /// - Throws: An error whose description names what in the configuration can't be used.
  public init(driver: Driver, configuration: MapperConfiguration, logger: Logger) throws {
    try self.init(driver: driver, configuration: configuration, logger: logger, clock: .system)
  }

  /// - Parameter secrets: Learns what is secret in the devices' configuration, which nothing here says.
  package init(
    driver: Driver, configuration: MapperConfiguration, logger: Logger, clock: MapperClock, secrets: SecretTexts = SecretTexts()
  ) throws {
    let logger = secrets.masking(logger)
    let health = MapperHealth()
    let events = EventPoster(
      client: try configuration.apiCredentials.client(configuration.apiServer), mapper: configuration.name, node: configuration.node,
      clock: clock, logger: logger)
    let link = try EdgeLink(
      configuration: configuration, protocolName: Driver.protocolName, health: health, clock: clock, logger: logger)
    // Where devices come from elsewhere there is nothing at the API that Events could be about.
    let sink = configuration.deviceSource == .api ? events.deviceEvents.masked(by: secrets) : .none
    let manager = DeviceManager(
      driver: driver, link: MaskedReporting(base: link, secrets: secrets), clock: clock, logger: logger, events: sink,
      isReadOnly: configuration.isReadOnly, isToldOfFaults: configuration.deviceSource != .api)
    self.events = events
    schema =
      configuration.deviceSource == .api
      ? try SchemaPublisher(
        server: configuration.apiServer, credentials: configuration.apiCredentials,
        document: Driver.schema.document(protocolName: Driver.protocolName), clock: clock, logger: logger)
      : nil
    rest = configuration.httpPort.map { port in
      let metrics = MapperMetrics(
        deviceCount: { await manager.deviceNames().count }, buses: { await manager.busStatistics.map { $0.masked(by: secrets) } },
        events: events, health: health)
      let api = RESTAPI(directory: manager, health: health, clock: clock, metrics: { await metrics.text }, mask: { secrets.masked($0) })
      return RESTServer(port: port, api: api, logger: logger)
    }
    self.link = link
    self.manager = manager
    source = try Self.source(
      driver, configuration, logger,
      SpecReferences(driver: { Driver.schema.document(protocolName: Driver.protocolName) }, secrets: secrets),
      submit: { manager.submit($0) }, onDevices: { health.set(.specs, true) })
    self.logger = logger
  }

  /// Runs until shut down: then devices are let go, what is on its way is sent, and edgecore is told.
  public func run() async throws {
    // Before anything that others would notice: a second mapper of the same name would take the first one's session at the broker.
    try rest?.check()
    // In the order in which each needs the one before; they end in the reverse order.
    var services: [any Service] = [events, link, manager, source]
    if let schema { services.append(schema) }
    if let rest { services.append(rest) }
    var configuration = ServiceGroupConfiguration(services: services, logger: quiet)
    configuration.maximumGracefulShutdownDuration = .milliseconds(1200)
    try await ServiceGroup(configuration: configuration).run()
  }

  private static func source(
    _ driver: Driver, _ configuration: MapperConfiguration, _ logger: Logger, _ references: SpecReferences,
    submit: @escaping @Sendable ([SpecStore.Change]) -> Void,
    onDevices: @escaping @Sendable () -> Void
  ) throws -> any SpecSource {
    let path: String
    let form: SpecLibrary.Form
    switch configuration.deviceSource {
    case .api:
      return APISpecSource(
        client: try configuration.apiCredentials.client(configuration.apiServer), node: configuration.node,
        protocolName: Driver.protocolName, references: references, logger: logger, submit: submit,
        onDevices: onDevices)
    case .files(let files): (path, form) = (files, .objects)
    case .profile(let file): (path, form) = (file, .profile)
    }
    return FileSpecSource(
      path: path, form: form, node: configuration.node, protocolName: Driver.protocolName, references: references, logger: logger,
      check: { DriverFindings($0, driver: driver) },
      submit: { changes in
        submit(changes)
        onDevices()
      })
  }

  /// What the service group says about its own work is of no interest to a user.
  private var quiet: Logger {
    var logger = logger
    logger.logLevel = max(logger.logLevel, .warning)
    return logger
  }
}
