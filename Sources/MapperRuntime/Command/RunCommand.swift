internal import ArgumentParser
internal import CoreMetrics
internal import Glibc
internal import Logging
internal import MapperSDK
internal import Prometheus
internal import ServiceLifecycle
internal import UnixSignals

/// Runs a mapper: what its executable does unless it is told otherwise.
struct RunCommand<M: Mapper>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "run",
      abstract: "Serve the \(M.Driver.protocolName) devices of a node: read them, report to edgecore, and set what is desired.",
      discussion: """
        Takes the Devices whose node is this one and whose protocol is \(M.Driver.protocolName) from the API server, from files, or \
        from a device profile.

        Every option is a flag, an environment variable and a key of the configuration file; the flag wins, then the environment, \
        then the file.

        Examples:
          \(M.name)
              Serves this machine's devices, with edgecore on the same machine.

          \(M.name) --node-name edge-node-1 --log-level debug
              Serves those of another node, and logs every step.

          \(M.name) --api-server http://10.0.0.2:10550 --mqtt-server tcp://10.0.0.2:1883
              Finds edgecore and the broker elsewhere.

          \(M.name) --device-source /etc/kubeedge/devices
              Serves the devices that the folder's files describe, without an API server.

          \(M.name) --device-profile /opt/kubeedge/deviceProfile.json --topic-shape name
              Serves those of a device profile, under KubeEdge up to 1.14.

          \(M.name) --read-only
              Reads and reports, and writes nothing to any device.
        """)
  }

  @OptionGroup var options: RunOptions<M>

  /// Runs the mapper until it is told to end.
  func run() async throws { try await Self.run(options.settings()) }

  /// Runs a mapper until it is told to end.
  static func run(_ settings: MapperSettings) async throws {
    ProcessMemory.keepLittle()
    LoggingSystem.bootstrap { label in
      var handler = StreamLogHandler.standardError(label: label)
      handler.logLevel = settings.logLevel
      return handler
    }
    MetricsSystem.bootstrap(PrometheusRegistry())
    let secrets = SecretTexts()
    let logger = secrets.masking(Logger(label: settings.configuration.name))
    let driver = try M.makeDriver(
      DriverContext(
        stateDirectory: settings.stateDirectory, isReadOnly: settings.configuration.isReadOnly, recordingPath: settings.recordingPath,
        logger: logger))
    let runtime = try MapperRuntime(
      driver: driver, configuration: settings.configuration, logger: logger, clock: .system, secrets: secrets)
    logger.info("\(M.name) \(M.version) serves \(M.Driver.protocolName) devices of node \(settings.configuration.node)")
    if settings.configuration.isReadOnly { logger.notice("read-only: nothing is written to any device") }

    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [runtime], logger: quiet))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      tasks.addTask {
        for await signal in await UnixSignalsSequence(trapping: [.sigterm, .sigint]) {
          logger.info("told to end by \(signal)")
          await group.triggerGracefulShutdown()
          // A driver's call that blocks can't be interrupted.
          try await Task.sleep(for: .milliseconds(1800))
          logger.warning("a device keeps the mapper from ending; it ends without waiting for it")
          Glibc.exit(0)
        }
      }
      try await tasks.next()
      tasks.cancelAll()
    }
    logger.info("ended")
  }
}
