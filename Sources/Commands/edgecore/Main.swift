import ArgumentParser
import EdgeCore
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

@main
struct EdgeCoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edgecore",
    abstract: "Keeps the devices of an edge node: a KubeEdge-compatible DeviceTwin core.",
    discussion: """
      Serves DeviceModels and Devices to kubectl, talks to mappers over MQTT, and keeps what is desired and reported in SQLite. \
      A broker that listens already is used; where none does, mosquitto is started.

      Every option is a flag, an environment variable and a key of KubeEdge's EdgeCore file; the flag wins, then the \
      environment, then the file.

      Examples:
        edgecore
            Runs with \(Defaults.configurationPath) if that is there, else with the defaults.

        edgecore --minconfig > edgecore.yaml && edgecore --config edgecore.yaml
            Writes a configuration to begin with, and runs with it.

        edgecore --meta-server 127.0.0.1:10560 --mqtt-server-external tcp://127.0.0.1:1884 --data-source ./state/swiftlet.db
            Runs beside another one.

        kubectl -s http://127.0.0.1:10550 get devices
            Asks it.
      """,
    version: SwiftletVersion.text
  )

  @Option(name: .long, help: ArgumentHelp("The configuration file (EDGECORE_CONFIG).", valueName: "file"))
  var config: String?

  @Option(
    name: .long,
    help: ArgumentHelp("The node's name (EDGECORE_HOSTNAME_OVERRIDE, modules.edged.hostnameOverride).", valueName: "name"))
  var hostnameOverride: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Where the API is served (EDGECORE_META_SERVER, modules.metaManager.metaServer.server).", valueName: "host:port"))
  var metaServer: String?

  @OptionGroup var api: APIOptions

  @Option(
    name: .long,
    help: ArgumentHelp("The broker (EDGECORE_MQTT_SERVER_EXTERNAL, modules.eventBus.mqttServerExternal).", valueName: "tcp://host:port"))
  var mqttServerExternal: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The user at a broker that isn't edgecore's own (EDGECORE_MQTT_USERNAME, modules.eventBus.mqttUsername); its password is in "
        + "EDGECORE_MQTT_PASSWORD or modules.eventBus.mqttPassword.", valueName: "name"))
  var mqttUsername: String?

  @OptionGroup var brokerTLS: BrokerTLSOptions

  @Flag(
    name: .long,
    help: ArgumentHelp(
      "edgecore's own broker gives clients without a login a mapper's rights (EDGECORE_MQTT_ALLOW_ANONYMOUS, "
        + "modules.eventBus.mqttAllowAnonymous)."))
  var mqttAllowAnonymous = false

  @Option(
    name: .long,
    help: ArgumentHelp("The SQLite file (EDGECORE_DATA_SOURCE, database.dataSource).", valueName: "file"))
  var dataSource: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "For how long changes of values are kept for edgectl history, 0 for not at all (EDGECORE_HISTORY_SECONDS, "
        + "modules.deviceTwin.historySeconds; default: \(Defaults.historySeconds)).", valueName: "seconds"))
  var historySeconds: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How much memory they may take, for all devices together (EDGECORE_HISTORY_BYTES, modules.deviceTwin.historyBytes; "
        + "default: \(Defaults.historyBytes)).", valueName: "bytes"))
  var historyBytes: String?

  @Option(name: .long, help: "How much is logged: trace, debug, info, notice, warning, error or critical (EDGECORE_LOG_LEVEL).")
  var logLevel: String?

  @Flag(name: .long, help: "Prints a configuration file with what is usually set, and ends.")
  var minconfig = false

  @Flag(name: .long, help: "Prints a configuration file with every key that counts, and ends.")
  var defaultconfig = false

  /// Exits with 0 when done, 1 when it failed, and 2 when the command line or the configuration wasn't understood.
  static func main() async {
    ProcessMemory.keepLittle()
    do {
      var command = try parse()
      try await command.run()
    } catch {
      switch exitCode(for: error) {
      case .validationFailure:
        FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
        exit(withError: ExitCode(2))
      default: exit(withError: error)
      }
    }
  }

  func validate() throws {
    _ = try level()
  }

  mutating func run() async throws {
    if minconfig || defaultconfig {
      FileHandle.standardOutput.write(Data((minconfig ? Defaults.minimalFile : Defaults.fullFile).utf8))
      return
    }
    var logger = Logger(label: "edgecore", factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = try level()
    do {
      let (configuration, ignored) = try resolve()
      if !ignored.isEmpty {
        logger.notice("configuration keys without effect here", metadata: ["keys": "\(ignored.joined(separator: ", "))"])
      }
      logger.info(
        "edgecore \(SwiftletVersion.text)", metadata: ["node": "\(configuration.nodeName)", "database": "\(configuration.databasePath)"])
      let core = try await EdgeCore(configuration: configuration, logger: logger)
      var group = ServiceGroupConfiguration(
        services: core.services.map { .init(service: $0) }, gracefulShutdownSignals: shutdownSignals, logger: quiet(logger))
      group.maximumGracefulShutdownDuration = .seconds(2)
      try await ServiceGroup(configuration: group).run()
      logger.info("stopped")
    } catch let error as EdgeCoreError {
      FileHandle.standardError.write(Data("edgecore: \(error.message)\n".utf8))
      throw ExitCode(error.code == .configuration ? 2 : 1)
    }
  }

  /// The configuration, and the keys of the file that have no effect.
  private func resolve() throws -> (EdgeCoreConfiguration, ignored: [String]) {
    let environment = ProcessInfo.processInfo.environment
    var flags = EdgeCoreOptions()
    flags.hostnameOverride = hostnameOverride
    flags.metaServer = metaServer
    flags.historySeconds = historySeconds
    flags.historyBytes = historyBytes
    flags.mqttServerExternal = mqttServerExternal
    flags.mqttUsername = mqttUsername
    flags.mqttAllowAnonymous = mqttAllowAnonymous ? "true" : nil
    brokerTLS.set(&flags)
    api.set(&flags)
    flags.dataSource = dataSource
    var sources = [flags, EdgeCoreOptions(environment: environment)]
    var ignored: [String] = []
    let named = config ?? environment["EDGECORE_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
    if let path = named ?? (FileManager.default.fileExists(atPath: Defaults.configurationPath) ? Defaults.configurationPath : nil) {
      let file = try EdgeCoreOptions(file: path)
      ignored = file.ignoredKeys
      sources.append(file)
    }
    return (try EdgeCoreConfiguration(sources), ignored)
  }

  /// A terminal that closes ends edgecore in good order too, with its broker; under nohup it doesn't.
  private var shutdownSignals: [UnixSignal] {
    var action = sigaction()
    sigaction(SIGHUP, nil, &action)
    let isIgnored = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    return isIgnored ? [.sigterm, .sigint] : [.sigterm, .sigint, .sighup]
  }

  private func level() throws -> Logger.Level {
    let text = logLevel ?? ProcessInfo.processInfo.environment["EDGECORE_LOG_LEVEL"] ?? "info"
    guard let level = Logger.Level(rawValue: text.lowercased()) else {
      throw ValidationError(
        "the log level \"\(text)\" is not one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return level
  }

  /// The service group's own steps are of no use to an operator.
  private func quiet(_ logger: Logger) -> Logger {
    var logger = logger
    logger.logLevel = max(logger.logLevel, .warning)
    return logger
  }
}
