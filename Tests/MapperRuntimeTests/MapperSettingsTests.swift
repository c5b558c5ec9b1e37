import Logging
import MapperRuntime
import Testing

@Suite("A mapper's options")
struct MapperSettingsTests {
  private func settings(
    flags: [MapperOption: String] = [:], environment: [String: String] = [:], file: String? = nil, isRoot: Bool = true
  ) throws -> MapperSettings {
    try MapperSettings(
      mapper: "temperature-mapper", protocolName: "temperature", flags: flags, environment: { environment[$0] },
      file: file.map { try MapperConfigFile(Array($0.utf8), file: "config.yaml") }, host: "Edge-Node-1", isRoot: isRoot)
  }

  @Test("Without options there are defaults")
  func defaults() throws {
    let settings = try settings()
    #expect(
      settings.configuration
        == MapperConfiguration(
          name: "temperature-mapper", node: "edge-node-1", brokerLogin: .found(in: ["/var/lib/kubeedge/mqtt/mapper.yaml"]), httpPort: 7777))
    #expect(settings.configuration.apiServer == "http://127.0.0.1:10550")
    #expect(settings.configuration.mqttServer == "tcp://127.0.0.1:1883")
    #expect(settings.stateDirectory == "/var/lib/kubeedge/mappers/temperature-mapper")
    #expect(settings.logLevel == .info)
  }

  @Test("The login at the broker is a file, a user, what edgecore wrote, or none; a password needs a user, and is no flag")
  func login() throws {
    func login(_ flags: [MapperOption: String], _ environment: [String: String] = [:]) throws -> BrokerLogin {
      try settings(flags: flags, environment: environment, isRoot: false).configuration.brokerLogin
    }
    #expect(
      try login([:], ["XDG_STATE_HOME": "/x"])
        == .found(in: ["/x/kubeedge/mqtt/mapper.yaml", "/var/lib/kubeedge/mqtt/mapper.yaml"]))
    #expect(try login([.mqttCredentials: "/l"]) == .file(path: "/l"))
    #expect(try login([.mqttCredentials: "none"]) == .none)
    #expect(try login([.mqttUsername: "u"], ["MAPPER_MQTT_PASSWORD": "p"]) == .user("u", password: "p"))
    #expect(try login([.mqttUsername: "u", .mqttPasswordFile: "/p"]) == .userWithFile("u", passwordPath: "/p"))
    #expect(throws: MapperOptionError.self) { try login([.mqttPasswordFile: "/p"]) }
    #expect(throws: MapperOptionError.self) { try login([.mqttUsername: "u", .mqttCredentials: "/l"]) }
  }

  @Test("Certificates are for a broker with TLS, and come with their key")
  func certificates() throws {
    let tls = [MapperOption.mqttServer: "tls://broker", .mqttCAFile: "/ca"]
    #expect(try settings(flags: tls).configuration.brokerCertificates == BrokerCertificates(caFile: "/ca"))
    #expect(throws: MapperOptionError.self) { try settings(flags: [.mqttCAFile: "/ca"]) }
    #expect(throws: MapperOptionError.self) { try settings(flags: tls.merging([.mqttCertFile: "/c"]) { $1 }) }
    #expect(throws: MapperOptionError.self) { try settings(flags: tls.merging([.mqttKeyFile: "/k"]) { $1 }) }
  }

  @Test("Others than root have a state folder of their own")
  func stateFolder() throws {
    #expect(
      try settings(environment: ["XDG_STATE_HOME": "/x", "HOME": "/h"], isRoot: false).stateDirectory
        == "/x/kubeedge/mappers/temperature-mapper")
    #expect(
      try settings(flags: [.name: "m"], environment: ["HOME": "/h"], isRoot: false).stateDirectory == "/h/.local/state/kubeedge/mappers/m")
  }

  @Test("A flag wins over a variable, that over the file, that over the default")
  func precedence() throws {
    let file = "common:\n  node_name: from-file\n  name: m\n  state_directory: /s\n"
    #expect(try settings(file: file).configuration.node == "from-file")
    #expect(try settings(file: file).stateDirectory == "/s")
    #expect(try settings(environment: ["MAPPER_NODE_NAME": "from-variable"], file: file).configuration.node == "from-variable")
    #expect(try settings(environment: ["MAPPER_NODE_NAME": ""], file: file).configuration.node == "from-file")
    #expect(
      try settings(flags: [.nodeName: "from-flag"], environment: ["MAPPER_NODE_NAME": "from-variable"], file: file).configuration.node
        == "from-flag")
  }

  @Test("Every option has its flag, its variable and its key in the same words")
  func words() {
    #expect(MapperOption.stateDirectory.flag == "--state-directory")
    #expect(MapperOption.stateDirectory.variable == "MAPPER_STATE_DIRECTORY")
    #expect(MapperOption.stateDirectory.key == "common.state_directory")
    #expect(MapperOption.transport.key == "transport")
    #expect(MapperOption.configFile.key == nil)
  }

  @Test("Read-only is said by a flag, a variable or a key; the flag wins, and what is neither true nor false is refused")
  func readOnly() throws {
    #expect(try settings().configuration.isReadOnly == false)
    #expect(try settings(flags: [.readOnly: "true"]).configuration.isReadOnly)
    #expect(try settings(environment: ["MAPPER_READ_ONLY": "1"]).configuration.isReadOnly)
    #expect(try settings(file: "common:\n  read_only: true\n").configuration.isReadOnly)
    #expect(try settings(flags: [.readOnly: "false"], environment: ["MAPPER_READ_ONLY": "true"]).configuration.isReadOnly == false)
    let error = #expect(throws: MapperOptionError.self) { try settings(environment: ["MAPPER_READ_ONLY": "perhaps"]) }
    #expect(error?.description == "MAPPER_READ_ONLY: \"perhaps\" is neither true nor false")
  }

  @Test("A mapper whose driver can't record says so")
  func recording() throws {
    let error = #expect(throws: MapperOptionError.self) { try settings(flags: [.record: "wire.jsonl"]) }
    #expect(error?.description == "--record: temperature-mapper can't record what goes over its buses")
    let recording = try MapperSettings(
      mapper: "m", protocolName: "p", flags: [.record: "wire.jsonl"], environment: { _ in nil }, file: nil, host: "h", isRoot: true,
      canRecord: true)
    #expect(recording.recordingPath == "wire.jsonl")
  }

  @Test(
    "The port of the REST API is a port, or off", arguments: [("off", nil), ("OFF", nil), ("0", nil), ("8080", 8_080)] as [(String, Int?)])
  func httpPort(text: String, port: Int?) throws {
    #expect(try settings(flags: [.httpPort: text]).configuration.httpPort == port)
    #expect(try settings(environment: ["MAPPER_HTTP_PORT": text]).configuration.httpPort == port)
    #expect(try settings(file: "common:\n  http_port: \(text)\n").configuration.httpPort == port)
  }

  @Test("What is no port is refused with its place", arguments: ["65536", "-1", "http", "7777/x"])
  func wrongHTTPPort(text: String) {
    let error = #expect(throws: MapperOptionError.self) { try settings(flags: [.httpPort: text]) }
    #expect(error?.place == "--http-port")
  }

  @Test("A file of mapper-framework is taken as it is")
  func mapperFramework() throws {
    let file = """
      grpc_server:
        socket_path: /etc/kubeedge/temperature.sock
      common:
        name: my-mapper
        version: v1.13.0
        api_version: v1.0.0
        protocol: temperature
        address: 127.0.0.1
        edgecore_sock: /etc/kubeedge/dmi.sock
        http_port: "7777"
      """
    #expect(try settings(file: file).configuration.name == "my-mapper")
    #expect(try settings(file: "").configuration.name == "temperature-mapper")
    #expect(try settings(file: "common:\n").configuration.name == "temperature-mapper")
  }

  @Test(
    "What is wrong in a file is named with its place",
    arguments: [
      ("common:\n  node_nam: x\n", "config.yaml:2:3: there is no option common.node_nam, did you mean common.node_name?"),
      ("comon:\n  name: x\n", "config.yaml:1:1: there is no option comon"),
      ("common: 7\n", "config.yaml:1:1: common: expected a mapping"),
      ("common:\n  name: [a]\n", "config.yaml:2:3: common.name: expected a single value"),
      ("- a\n", "config.yaml:1:1: expected a mapping"),
      ("transport: dmi\n", "config.yaml:1:1: the transport dmi is not supported by this version, use mqtt"),
      ("common:\n  protocol: modbus\n", "config.yaml:2:3: this mapper speaks temperature, not modbus"),
      ("common:\n  log_level: loud\n", "config.yaml:2:3: there is no log level \"loud\""),
      ("a: 1\n---\nb: 2\n", "config.yaml: has 2 documents, expected one"),
      ("a: [\n", "config.yaml:"),
    ])
  func wrongFile(file: String, message: String) {
    let error = #expect(throws: MapperOptionError.self) { try settings(file: file) }
    #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
  }

  @Test("Devices come from the API, a file or folder, or a profile; topics have either shape")
  func sources() throws {
    #expect(try settings().configuration.deviceSource == .api)
    #expect(try settings().configuration.topicShape == .namespaced)
    #expect(try settings(flags: [.deviceSource: "api"]).configuration.deviceSource == .api)
    #expect(try settings(flags: [.deviceSource: "/etc/devices"]).configuration.deviceSource == .files(path: "/etc/devices"))
    #expect(try settings(environment: ["MAPPER_DEVICE_PROFILE": "p.json"]).configuration.deviceSource == .profile(path: "p.json"))
    #expect(try settings(environment: ["MAPPER_TOPIC_SHAPE": "name"]).configuration.topicShape == .name)
    let file = "common:\n  device_source: d.yaml\n  topic_shape: name\n"
    #expect(try settings(file: file).configuration.deviceSource == .files(path: "d.yaml"))
    #expect(try settings(file: file).configuration.topicShape == .name)
    #expect(try settings(file: "topicShape: name\n").configuration.topicShape == .name)
    #expect(try settings(file: "common:\n  topicShape: name\n").configuration.topicShape == .name)
  }

  @Test("What is wrong elsewhere is named with its flag or variable")
  func wrong() {
    func message(flags: [MapperOption: String] = [:], environment: [String: String] = [:]) -> String? {
      do {
        _ = try settings(flags: flags, environment: environment)
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(message(flags: [.mqttServer: "ftp://x"])?.hasPrefix("--mqtt-server: ") == true)
    #expect(message(environment: ["MAPPER_API_SERVER": "ftp://x"])?.hasPrefix("MAPPER_API_SERVER: ") == true)
    #expect(message(flags: [.nodeName: "a/b"])?.hasPrefix("--node-name: ") == true)
    #expect(message(flags: [.name: ""])?.hasPrefix("--name: ") == true)
    #expect(message(flags: [.topicShape: "round"]) == "--topic-shape: there is no topic shape \"round\", use namespaced or name")
    #expect(message(flags: [.deviceSource: ""]) == "--device-source: expected api, a file or a folder")
    #expect(
      message(flags: [.deviceProfile: "p", .deviceSource: "f"])
        == "--device-profile: the devices come from f already: a mapper has one source")
    #expect(message(flags: [.transport: "smoke"]) == "--transport: there is no transport \"smoke\", use mqtt")
  }
}
