import DeviceAPI
import Foundation
import JSON
import YAML

/// What one place says of the configuration: flags, the environment or a file.
public struct EdgeCoreOptions: Sendable, Hashable {
  /// `modules.edged.hostnameOverride`
  public var hostnameOverride: String?
  /// `modules.metaManager.metaServer.server`
  public var metaServer: String?
  /// `modules.metaManager.metaServer.auth`: `none` or `token`
  public var metaServerAuth: String?
  /// `modules.metaManager.metaServer.kubeconfig`
  public var metaServerKubeconfig: String?
  /// `modules.metaManager.metaServer.names`, with commas between
  public var metaServerNames: String?
  /// `modules.metaManager.metaServer.tlsCaFile`; in a file it counts, like the next two, with `tlsEnable`.
  public var metaServerTLSCaFile: String?
  /// `modules.metaManager.metaServer.tlsCertFile`
  public var metaServerTLSCertFile: String?
  /// `modules.metaManager.metaServer.tlsPrivateKeyFile`
  public var metaServerTLSPrivateKeyFile: String?
  /// `modules.eventBus.mqttServerExternal`
  public var mqttServerExternal: String?
  /// `modules.eventBus.mqttUsername`
  public var mqttUsername: String?
  /// `modules.eventBus.mqttPassword`
  public var mqttPassword: String?
  /// `modules.eventBus.mqttAllowAnonymous`: `true` or `false`
  public var mqttAllowAnonymous: String?
  /// `modules.eventBus.eventBusTLS.enable`; only a file says it.
  public var isTLSEnabled = false
  /// `modules.eventBus.eventBusTLS.tlsMqttCAFile`
  public var tlsMqttCAFile: String?
  /// `modules.eventBus.eventBusTLS.tlsMqttCertFile`
  public var tlsMqttCertFile: String?
  /// `modules.eventBus.eventBusTLS.tlsMqttPrivateKeyFile`
  public var tlsMqttPrivateKeyFile: String?
  /// `modules.eventBus.mqttServerTLS.listen`
  public var mqttServerTLSListen: String?
  /// `modules.eventBus.mqttServerTLS.caFile`
  public var mqttServerTLSCAFile: String?
  /// `modules.eventBus.mqttServerTLS.certFile`
  public var mqttServerTLSCertFile: String?
  /// `modules.eventBus.mqttServerTLS.privateKeyFile`
  public var mqttServerTLSPrivateKeyFile: String?
  /// `database.dataSource`
  public var dataSource: String?
  /// `modules.deviceTwin.historySeconds`
  public var historySeconds: String?
  /// `modules.deviceTwin.historyBytes`
  public var historyBytes: String?
  /// Which keys of the file have no meaning here.
  public var ignoredKeys: [String] = []

  /// Nothing said.
  public init() {}

  /// The options in the environment: `EDGECORE_HOSTNAME_OVERRIDE` and the like.
  public init(environment: [String: String]) {
    hostnameOverride = environment["EDGECORE_HOSTNAME_OVERRIDE"]
    metaServer = environment["EDGECORE_META_SERVER"]
    metaServerAuth = environment["EDGECORE_META_SERVER_AUTH"]
    metaServerKubeconfig = environment["EDGECORE_META_SERVER_KUBECONFIG"]
    metaServerNames = environment["EDGECORE_META_SERVER_NAMES"]
    metaServerTLSCaFile = environment["EDGECORE_META_SERVER_TLS_CA_FILE"]
    metaServerTLSCertFile = environment["EDGECORE_META_SERVER_TLS_CERT_FILE"]
    metaServerTLSPrivateKeyFile = environment["EDGECORE_META_SERVER_TLS_PRIVATE_KEY_FILE"]
    mqttServerExternal = environment["EDGECORE_MQTT_SERVER_EXTERNAL"]
    mqttUsername = environment["EDGECORE_MQTT_USERNAME"]
    mqttPassword = environment["EDGECORE_MQTT_PASSWORD"]
    mqttAllowAnonymous = environment["EDGECORE_MQTT_ALLOW_ANONYMOUS"]
    tlsMqttCAFile = environment["EDGECORE_TLS_MQTT_CA_FILE"]
    tlsMqttCertFile = environment["EDGECORE_TLS_MQTT_CERT_FILE"]
    tlsMqttPrivateKeyFile = environment["EDGECORE_TLS_MQTT_PRIVATE_KEY_FILE"]
    mqttServerTLSListen = environment["EDGECORE_MQTT_SERVER_TLS_LISTEN"]
    mqttServerTLSCAFile = environment["EDGECORE_MQTT_SERVER_TLS_CA_FILE"]
    mqttServerTLSCertFile = environment["EDGECORE_MQTT_SERVER_TLS_CERT_FILE"]
    mqttServerTLSPrivateKeyFile = environment["EDGECORE_MQTT_SERVER_TLS_PRIVATE_KEY_FILE"]
    dataSource = environment["EDGECORE_DATA_SOURCE"]
    historySeconds = environment["EDGECORE_HISTORY_SECONDS"]
    historyBytes = environment["EDGECORE_HISTORY_BYTES"]
  }

  /// The options in KubeEdge's EdgeCore file.
  ///
  /// - Throws: ``EdgeCoreError`` with the place of every wrong key and value: `edgecore.yaml:4:3: …`.
  public init(file path: String) throws(EdgeCoreError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw EdgeCoreError(.configuration, "cannot read the configuration \(path)")
    }
    let documents: [YAMLDocument]
    do throws(YAMLError) {
      documents = try YAMLDocument.parseAll(data, file: path)
    } catch {
      throw EdgeCoreError(.configuration, error.description)
    }
    guard let document = documents.first else { return }
    guard documents.count == 1 else { throw EdgeCoreError(.configuration, "\(path): the file has more than one document") }
    let errors = ConfigurationSchema.file.validate(document.value)
    guard errors.isEmpty else {
      let lines = errors.map { error in
        let place = document.positions.position(of: error.path)
        return "\(path):\(place.line):\(place.column): \(error)"
      }
      throw EdgeCoreError(.configuration, lines.joined(separator: "\n"))
    }
    take(document.value)
  }

  private mutating func take(_ file: JSONValue) {
    let modules = file["modules"]
    let eventBus = modules?["eventBus"]
    hostnameOverride = modules?.at("edged", "hostnameOverride")?.string
    let api = modules?.at("metaManager", "metaServer")
    metaServer = api?["server"]?.string
    metaServerAuth = api?["auth"]?.string
    metaServerKubeconfig = api?["kubeconfig"]?.string
    metaServerNames = api?["names"]?.array.map { $0.compactMap(\.string).joined(separator: ",") }
    let usesTLS = api?["tlsEnable"]?.bool ?? false
    if usesTLS {
      metaServerTLSCaFile = api?["tlsCaFile"]?.string
      metaServerTLSCertFile = api?["tlsCertFile"]?.string
      metaServerTLSPrivateKeyFile = api?["tlsPrivateKeyFile"]?.string
    }
    mqttServerExternal = eventBus?["mqttServerExternal"]?.string
    mqttUsername = eventBus?["mqttUsername"]?.string
    mqttPassword = eventBus?["mqttPassword"]?.string
    mqttAllowAnonymous = eventBus?["mqttAllowAnonymous"]?.bool.map { "\($0)" }
    // KubeEdge writes the files' default paths into every configuration; they count once TLS is switched on.
    isTLSEnabled = eventBus?.at("eventBusTLS", "enable")?.bool ?? false
    if isTLSEnabled {
      tlsMqttCAFile = eventBus?.at("eventBusTLS", "tlsMqttCAFile")?.string
      tlsMqttCertFile = eventBus?.at("eventBusTLS", "tlsMqttCertFile")?.string
      tlsMqttPrivateKeyFile = eventBus?.at("eventBusTLS", "tlsMqttPrivateKeyFile")?.string
    }
    let serverTLS = eventBus?["mqttServerTLS"]
    mqttServerTLSListen = serverTLS?["listen"]?.string
    mqttServerTLSCAFile = serverTLS?["caFile"]?.string
    mqttServerTLSCertFile = serverTLS?["certFile"]?.string
    mqttServerTLSPrivateKeyFile = serverTLS?["privateKeyFile"]?.string
    dataSource = file.at("database", "dataSource")?.string
    historySeconds = modules?.at("deviceTwin", "historySeconds")?.integer.map(String.init)
    historyBytes = modules?.at("deviceTwin", "historyBytes")?.integer.map(String.init)
    ignoredKeys = ConfigurationSchema.foreignModules.filter { modules?[$0] != nil }.map { "modules.\($0)" }
    if file["featureGates"] != nil { ignoredKeys.append("featureGates") }
    ignoredKeys += (modules?["edged"]?.object?.keys ?? []).filter { $0 != "hostnameOverride" }.map { "modules.edged.\($0)" }
    for module in ["deviceTwin", "eventBus", "metaManager"] where modules?.at(module, "enable") == false {
      ignoredKeys.append("modules.\(module).enable")
    }
    var honoured: Set = ["auth", "kubeconfig", "names", "server", "tlsEnable"]
    if usesTLS { honoured.formUnion(["tlsCaFile", "tlsCertFile", "tlsPrivateKeyFile"]) }
    if api?["enable"] == true { honoured.insert("enable") }
    ignoredKeys += (api?.object?.keys ?? []).filter { !honoured.contains($0) }.map { "modules.metaManager.metaServer.\($0)" }
    ignoredKeys += ["mqttMode", "mqttServerInternal", "mqttQOS", "mqttRetain", "mqttSessionQueueSize"]
      .filter { eventBus?[$0] != nil }.map { "modules.eventBus.\($0)" }
  }
}
