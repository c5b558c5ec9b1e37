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
  /// `modules.eventBus.mqttServerExternal`
  public var mqttServerExternal: String?
  /// `modules.eventBus.mqttUsername`
  public var mqttUsername: String?
  /// `modules.eventBus.mqttPassword`
  public var mqttPassword: String?
  /// `database.dataSource`
  public var dataSource: String?
  /// Which keys of the file have no meaning here.
  public var ignoredKeys: [String] = []

  /// Nothing said.
  public init() {}

  /// The options in the environment: `EDGECORE_HOSTNAME_OVERRIDE` and the like.
  public init(environment: [String: String]) {
    hostnameOverride = environment["EDGECORE_HOSTNAME_OVERRIDE"]
    metaServer = environment["EDGECORE_META_SERVER"]
    mqttServerExternal = environment["EDGECORE_MQTT_SERVER_EXTERNAL"]
    mqttUsername = environment["EDGECORE_MQTT_USERNAME"]
    mqttPassword = environment["EDGECORE_MQTT_PASSWORD"]
    dataSource = environment["EDGECORE_DATA_SOURCE"]
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
    metaServer = modules?.at("metaManager", "metaServer", "server")?.string
    mqttServerExternal = eventBus?["mqttServerExternal"]?.string
    mqttUsername = eventBus?["mqttUsername"]?.string
    mqttPassword = eventBus?["mqttPassword"]?.string
    dataSource = file.at("database", "dataSource")?.string
    ignoredKeys = ConfigurationSchema.foreignModules.filter { modules?[$0] != nil }.map { "modules.\($0)" }
    if file["featureGates"] != nil { ignoredKeys.append("featureGates") }
    ignoredKeys += (modules?["edged"]?.object?.keys ?? []).filter { $0 != "hostnameOverride" }.map { "modules.edged.\($0)" }
    for module in ["deviceTwin", "eventBus", "metaManager"] where modules?.at(module, "enable") == false {
      ignoredKeys.append("modules.\(module).enable")
    }
    let metaServerKeys = modules?.at("metaManager", "metaServer")?.object?.keys ?? []
    ignoredKeys += metaServerKeys.filter { $0 != "server" && !($0 == "enable" && modules?.at("metaManager", "metaServer", $0) == true) }
      .map { "modules.metaManager.metaServer.\($0)" }
    ignoredKeys += ["mqttMode", "mqttServerInternal", "mqttQOS", "mqttRetain", "mqttSessionQueueSize"]
      .filter { eventBus?[$0] != nil }.map { "modules.eventBus.\($0)" }
  }
}
