internal import ArgumentParser
internal import Glibc
internal import MapperSDK

/// What a user may say about how a mapper runs.
struct RunOptions<M: Mapper>: ParsableArguments {
  @Option(help: Self.help(.configFile, "KubeEdge mapper-framework's config.yaml, or one with this mapper's own keys.", "file"))
  var configFile: String?
  @Option(help: Self.help(.name, "The mapper's name, unique on its node (default: \(M.name)).", "name"))
  var name: String?
  @Option(help: Self.help(.nodeName, "The node whose Devices are served (default: this machine's name in lower case).", "name"))
  var nodeName: String?
  @Option(help: Self.help(.apiServer, "The API server (default: http://127.0.0.1:10550).", "url"))
  var apiServer: String?
  @Option(
    help: Self.help(
      .apiKubeconfig, "A kubeconfig that says the API server and how to get in, for instance /var/lib/kubeedge/kubeconfig.", "file"))
  var apiKubeconfig: String?
  @Option(help: Self.help(.apiTokenFile, "A file with the token to show to the API server alone.", "file"))
  var apiTokenFile: String?
  @Option(
    help: Self.help(
      .apiCAFile, "The authorities of an API server at https://host:port, as PEM (default: those that this machine trusts).", "file"))
  var apiCaFile: String?
  @Option(help: Self.help(.mqttServer, "The MQTT broker (default: tcp://127.0.0.1:1883).", "url"))
  var mqttServer: String?
  @Option(
    help: Self.help(
      .mqttCredentials,
      "The login at the broker: a YAML file with username and password, or none (default: for a broker on this machine, what edgecore "
        + "wrote for mappers, /var/lib/kubeedge/mqtt/mapper.yaml or, for others than root, kubeedge/mqtt/mapper.yaml in $XDG_STATE_HOME).",
      "file"))
  var mqttCredentials: String?
  @Option(help: Self.help(.mqttUsername, "The user at the broker; MAPPER_MQTT_PASSWORD may hold the password.", "name"))
  var mqttUsername: String?
  @Option(help: Self.help(.mqttPasswordFile, "A file with that user's password alone.", "file"))
  var mqttPasswordFile: String?
  @Option(
    help: Self.help(
      .mqttCAFile, "The authorities of a broker at tls://host:port, as PEM (default: those that this machine trusts).", "file"))
  var mqttCaFile: String?
  @Option(help: Self.help(.mqttCertFile, "The mapper's certificate for that broker, as PEM.", "file"))
  var mqttCertFile: String?
  @Option(help: Self.help(.mqttKeyFile, "The private key of that certificate, as PEM.", "file"))
  var mqttKeyFile: String?
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
  @Flag(
    inversion: .prefixedNo,
    help: Self.help(.readOnly, "Writes nothing to any device, whatever is desired or asked for: for commissioning, and for a look.", nil))
  var readOnly: Bool?
  @Option(
    help: Self.help(
      .record, "Writes what goes over the buses into a file, with its timing; of several buses each has its own, with its name in it.",
      "file",
      isHidden: !M.canRecord))
  var record: String?
  @Option(help: Self.help(.logLevel, "What is logged: trace, debug, info (the default), notice, warning, error or critical.", "level"))
  var logLevel: String?

  private static func help(_ option: MapperOption, _ text: String, _ valueName: String?, isHidden: Bool = false) -> ArgumentHelp {
    let places = [option.variable] + (option.key.map { [$0] } ?? [])
    return ArgumentHelp("\(text) (\(places.joined(separator: ", ")))", valueName: valueName, visibility: isHidden ? .hidden : .default)
  }

  private var flags: [MapperOption: String] {
    let values: [MapperOption: String?] = [
      .configFile: configFile, .name: name, .nodeName: nodeName, .apiServer: apiServer,
      .apiKubeconfig: apiKubeconfig, .apiTokenFile: apiTokenFile, .apiCAFile: apiCaFile, .mqttServer: mqttServer,
      .mqttCredentials: mqttCredentials, .mqttUsername: mqttUsername, .mqttPasswordFile: mqttPasswordFile, .mqttCAFile: mqttCaFile,
      .mqttCertFile: mqttCertFile, .mqttKeyFile: mqttKeyFile, .transport: transport,
      .deviceSource: deviceSource, .deviceProfile: deviceProfile, .topicShape: topicShape, .httpPort: httpPort,
      .stateDirectory: stateDirectory, .logLevel: logLevel,
      .readOnly: readOnly.map { "\($0)" }, .record: record,
    ]
    return values.compactMapValues { $0 }
  }

  /// The settings that these options, the environment and the configuration file make together.
  ///
  /// - Throws: ``MapperOptionError`` with where the wrong value was set.
  func settings() throws -> MapperSettings {
    func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    var file: MapperConfigFile?
    if let path = configFile {
      file = try read(path, setBy: MapperOption.configFile.flag)
    } else if let path = variable(MapperOption.configFile.variable), !path.isEmpty {
      file = try read(path, setBy: MapperOption.configFile.variable)
    }
    return try MapperSettings(
      mapper: M.name, protocolName: M.Driver.protocolName, httpPort: M.defaultHTTPPort, flags: flags, environment: variable, file: file,
      host: Machine.name,
      isRoot: getuid() == 0, canRecord: M.canRecord)
  }

  private func read(_ path: String, setBy place: String) throws(MapperOptionError) -> MapperConfigFile {
    let bytes: [UInt8]
    do { bytes = try TextFile.read(path, limit: 1 << 20) } catch {
      throw MapperOptionError(place: place, problem: "\(path) can't be read: \(error)")
    }
    return try MapperConfigFile(bytes, file: path)
  }
}
