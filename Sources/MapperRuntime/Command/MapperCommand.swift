internal import ArgumentParser
internal import CoreMetrics
internal import Glibc
internal import Logging
internal import MapperSDK
internal import Prometheus
internal import ServiceLifecycle
internal import UnixSignals

/// A mapper's command line.
struct MapperCommand<M: Mapper>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: M.name,
      abstract: "Serves the \(M.Driver.protocolName) devices of a node: reads them, reports to edgecore, and sets what is desired.",
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
        """,
      version: M.version)
  }

  @Option(help: Self.help(.configFile, "KubeEdge mapper-framework's config.yaml, or one with this mapper's own keys.", "file"))
  var configFile: String?
  @Option(help: Self.help(.name, "The mapper's name, unique on its node (default: \(M.name)).", "name"))
  var name: String?
  @Option(help: Self.help(.nodeName, "The node whose Devices are served (default: this machine's name in lower case).", "name"))
  var nodeName: String?
  @Option(help: Self.help(.apiServer, "The API server (default: http://127.0.0.1:10550).", "url"))
  var apiServer: String?
  @Option(help: Self.help(.mqttServer, "The MQTT broker (default: tcp://127.0.0.1:1883).", "url"))
  var mqttServer: String?
  @Option(help: Self.help(.transport, "How edgecore is reached: mqtt (the default).", "transport"))
  var transport: String?
  @Option(
    help: Self.help(
      .deviceSource,
      "Where the Devices and DeviceModels come from: api (the default), or a file or folder with them as YAML or JSON, read again when "
        + "it changes.", "api|path"))
  var deviceSource: String?
  @Option(
    help: Self.help(
      .deviceProfile, "Takes the devices of a KubeEdge deviceProfile.json (KubeEdge up to 1.14) instead, read again when it changes.",
      "file"))
  var deviceProfile: String?
  @Option(
    help: Self.help(
      .topicShape,
      "How topics name devices: namespaced (the default; KubeEdge 1.17 and later) or name (before, for devices of the namespace default).",
      "shape"))
  var topicShape: String?
  @Option(
    help: Self.help(
      .httpPort,
      "The port at 127.0.0.1 for the REST API, health and metrics, or off (default: \(M.defaultHTTPPort)).", "port"))
  var httpPort: String?
  @Option(
    help: Self.help(
      .stateDirectory,
      "Where the driver keeps what outlasts the process (default: /var/lib/kubeedge/mappers/NAME, for others than root "
        + "kubeedge/mappers/NAME in $XDG_STATE_HOME).", "folder"))
  var stateDirectory: String?
  @Option(help: Self.help(.logLevel, "What is logged: trace, debug, info (the default), notice, warning, error or critical.", "level"))
  var logLevel: String?

  private static func help(_ option: MapperOption, _ text: String, _ valueName: String) -> ArgumentHelp {
    let places = [option.variable] + (option.key.map { [$0] } ?? [])
    return ArgumentHelp("\(text) (\(places.joined(separator: ", ")))", valueName: valueName)
  }

  private var flags: [MapperOption: String] {
    let values: [MapperOption: String?] = [
      .configFile: configFile, .name: name, .nodeName: nodeName, .apiServer: apiServer, .mqttServer: mqttServer, .transport: transport,
      .deviceSource: deviceSource, .deviceProfile: deviceProfile, .topicShape: topicShape, .httpPort: httpPort,
      .stateDirectory: stateDirectory, .logLevel: logLevel,
    ]
    return values.compactMapValues { $0 }
  }

  /// Runs the mapper until it is told to end.
  func run() async throws {
    let settings = try settings()
    LoggingSystem.bootstrap { label in
      var handler = StreamLogHandler.standardError(label: label)
      handler.logLevel = settings.logLevel
      return handler
    }
    MetricsSystem.bootstrap(PrometheusRegistry())
    let logger = Logger(label: settings.configuration.name)
    let driver = try M.makeDriver(DriverContext(stateDirectory: settings.stateDirectory, logger: logger))
    let runtime = try MapperRuntime(driver: driver, configuration: settings.configuration, logger: logger)
    logger.info("\(M.name) \(M.version) serves \(M.Driver.protocolName) devices of node \(settings.configuration.node)")

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

  private func settings() throws -> MapperSettings {
    func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    var file: MapperConfigFile?
    if let path = configFile {
      file = try read(path, setBy: MapperOption.configFile.flag)
    } else if let path = variable(MapperOption.configFile.variable), !path.isEmpty {
      file = try read(path, setBy: MapperOption.configFile.variable)
    }
    return try MapperSettings(
      mapper: M.name, protocolName: M.Driver.protocolName, httpPort: M.defaultHTTPPort, flags: flags, environment: variable, file: file,
      host: Self.hostName,
      isRoot: getuid() == 0)
  }

  private func read(_ path: String, setBy place: String) throws(MapperOptionError) -> MapperConfigFile {
    let limit = 1 << 20
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw MapperOptionError(place: place, problem: "\(path) can't be opened: \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= limit {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      guard count >= 0 else {
        throw MapperOptionError(place: place, problem: "\(path) can't be read: \(String(cString: strerror(errno)))")
      }
      if count == 0 { return try MapperConfigFile(bytes, file: path) }
      bytes += buffer.prefix(count)
    }
    throw MapperOptionError(place: place, problem: "\(path) is larger than \(limit) bytes")
  }

  private static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
