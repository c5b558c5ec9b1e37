internal import APIClient
package import Logging
internal import MQTTClient

/// What a mapper's user set, put together: flags win over environment variables, these over the configuration file, and that
/// over defaults.
package struct MapperSettings: Sendable {
  /// What was set, and where.
  typealias Setting = (text: String, place: String)

  /// What the runtime needs.
  package var configuration: MapperConfiguration
  /// Where drivers keep what outlasts the process.
  package var stateDirectory: String
  /// The file into which the driver writes what goes over its buses.
  package var recordingPath: String?
  /// The least severe messages that are logged.
  package var logLevel: Logger.Level

  /// Puts settings together and checks them.
  ///
  /// - Parameters:
  ///   - mapper: The mapper's default name.
  ///   - protocolName: The driver's protocol.
  ///   - httpPort: The mapper's default port for its REST API.
  ///   - flags: Values of flags.
  ///   - environment: Looks up an environment variable.
  ///   - file: The configuration file, if there is one.
  ///   - host: The machine's name.
  ///   - isRoot: Whether the system's folders may be written.
  ///   - canRecord: Whether the driver can record what goes over its buses.
  /// - Throws: ``MapperOptionError`` with where the wrong value was set.
  package init(
    mapper: String, protocolName: String, httpPort: Int = 7777, flags: [MapperOption: String], environment: (String) -> String?,
    file: MapperConfigFile?,
    host: String, isRoot: Bool, canRecord: Bool = false
  ) throws(MapperOptionError) {
    func setting(_ option: MapperOption) -> Setting? {
      if let text = flags[option] { return (text, option.flag) }
      if let text = environment(option.variable), !text.isEmpty { return (text, option.variable) }
      if let setting = file?.settings[option] { return (setting.text, setting.place) }
      return nil
    }
    if let named = file?.protocolName, named.text != protocolName {
      throw MapperOptionError(place: named.place, problem: "this mapper speaks \(protocolName), not \(named.text)")
    }
    if let transport = setting(.transport) {
      switch transport.text {
      case "mqtt": break
      case "dmi": throw MapperOptionError(place: transport.place, problem: "the transport dmi is not supported by this version, use mqtt")
      default: throw MapperOptionError(place: transport.place, problem: "there is no transport \"\(transport.text)\", use mqtt")
      }
    }
    var configuration = MapperConfiguration(name: mapper, node: host.lowercased(), httpPort: httpPort)
    if let name = setting(.name) { configuration.name = try Self.topicLevel(name) }
    if let node = setting(.nodeName) { configuration.node = try Self.topicLevel(node) }
    if let server = setting(.apiServer) {
      do { _ = try APIClient(server: server.text) } catch { throw MapperOptionError(place: server.place, problem: error.message) }
      configuration.apiServer = server.text
    }
    try Self.takeAPICredentials(setting, into: &configuration)
    if let server = setting(.mqttServer) {
      do { _ = try MQTTAddress(parsing: server.text) } catch { throw MapperOptionError(place: server.place, problem: error.reason) }
      configuration.mqttServer = server.text
    }
    configuration.brokerLogin = try Self.login(setting, environment, isRoot)
    configuration.brokerCertificates = try Self.certificates(setting, server: configuration.mqttServer)
    if let source = setting(.deviceSource) {
      if source.text.isEmpty { throw MapperOptionError(place: source.place, problem: "expected api, a file or a folder") }
      configuration.deviceSource = source.text == "api" ? .api : .files(path: source.text)
    }
    if let profile = setting(.deviceProfile) {
      if profile.text.isEmpty { throw MapperOptionError(place: profile.place, problem: "expected a file") }
      if case .files(let path) = configuration.deviceSource {
        throw MapperOptionError(place: profile.place, problem: "the devices come from \(path) already: a mapper has one source")
      }
      configuration.deviceSource = .profile(path: profile.text)
    }
    if let shape = setting(.topicShape) {
      guard let value = TopicShape(rawValue: shape.text) else {
        let shapes = TopicShape.allCases.map(\.rawValue).joined(separator: " or ")
        throw MapperOptionError(place: shape.place, problem: "there is no topic shape \"\(shape.text)\", use \(shapes)")
      }
      configuration.topicShape = value
    }
    if let port = setting(.httpPort) { configuration.httpPort = try Self.httpPort(port) }
    if let text = setting(.readOnly) { configuration.isReadOnly = try Self.bool(text) }
    if let file = setting(.record) {
      guard canRecord else { throw MapperOptionError(place: file.place, problem: "\(mapper) can't record what goes over its buses") }
      if file.text.isEmpty { throw MapperOptionError(place: file.place, problem: "expected a file") }
      recordingPath = file.text
    }
    logLevel = .info
    if let level = setting(.logLevel) {
      guard let value = Logger.Level(rawValue: level.text.lowercased()) else {
        let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        throw MapperOptionError(place: level.place, problem: "there is no log level \"\(level.text)\", use one of \(levels)")
      }
      logLevel = value
    }
    self.configuration = configuration
    stateDirectory = setting(.stateDirectory)?.text ?? Self.stateDirectory(configuration.name, environment, isRoot)
  }

  /// Names that become a level of an MQTT topic.
  private static func topicLevel(_ setting: Setting) throws(MapperOptionError) -> String {
    guard !setting.text.isEmpty, setting.text.utf8.count <= 253, !setting.text.contains(where: { "/+#\0".contains($0) || $0.isWhitespace })
    else {
      throw MapperOptionError(
        place: setting.place, problem: "\"\(setting.text)\" can't be a name: it is empty, too long, or has a space, /, + or #")
    }
    return setting.text
  }

  private static func bool(_ setting: Setting) throws(MapperOptionError) -> Bool {
    switch setting.text.lowercased() {
    case "true", "1", "yes", "on": return true
    case "false", "0", "no", "off": return false
    default: throw MapperOptionError(place: setting.place, problem: "\"\(setting.text)\" is neither true nor false")
    }
  }

  /// A port, or none.
  private static func httpPort(_ setting: Setting) throws(MapperOptionError) -> Int? {
    if ["off", "0", "false"].contains(setting.text.lowercased()) { return nil }
    guard let port = Int(setting.text), (1...65_535).contains(port) else {
      throw MapperOptionError(place: setting.place, problem: "\"\(setting.text)\" is no port: use one from 1 to 65535, or off")
    }
    return port
  }

  /// Where a mapper of this name keeps what outlasts the process, unless it is told otherwise.
  static func stateDirectory(_ name: String, _ environment: (String) -> String?, _ isRoot: Bool) -> String {
    if isRoot { return "/var/lib/kubeedge/mappers/\(name)" }
    if let folder = environment("XDG_STATE_HOME"), folder.hasPrefix("/") { return "\(folder)/kubeedge/mappers/\(name)" }
    return "\(environment("HOME") ?? "/tmp")/.local/state/kubeedge/mappers/\(name)"
  }
}
