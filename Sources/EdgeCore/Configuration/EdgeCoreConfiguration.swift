import DeviceAPI
import Foundation
public import MQTTClient

/// How edgecore runs.
public struct EdgeCoreConfiguration: Sendable {
  /// The node's name, which Devices name in `nodeName` or `nodeSelector`.
  public var nodeName: String
  /// Where the Kubernetes API is served.
  public var metaServer: SocketAddress
  /// The broker.
  public var mqttServer: MQTTAddress
  /// The user at the broker.
  public var mqttUsername: String?
  /// The password at the broker.
  public var mqttPassword: String?
  /// The SQLite file.
  public var databasePath: String

  /// The folder of the database, where our own broker's files are too.
  public var stateFolder: String { (databasePath as NSString).deletingLastPathComponent }

  /// The configuration that several places make together; of an option said in several the first counts.
  ///
  /// - Throws: ``EdgeCoreError`` for an address that is none, or one that is open to other machines.
  public init(_ sources: [EdgeCoreOptions]) throws(EdgeCoreError) {
    func first(_ option: (EdgeCoreOptions) -> String?) -> String? {
      for source in sources {
        if let value = option(source), !value.isEmpty { return value }
      }
      return nil
    }
    nodeName = first(\.hostnameOverride) ?? Defaults.nodeName
    databasePath = URL(fileURLWithPath: first(\.dataSource).map(Defaults.ownDatabase) ?? Defaults.databasePath).path
    mqttUsername = first(\.mqttUsername)
    mqttPassword = first(\.mqttPassword)
    let server = first(\.metaServer) ?? Defaults.metaServer
    guard let address = SocketAddress(server) else {
      throw EdgeCoreError(.configuration, "the API's address \"\(server)\" is not host:port")
    }
    guard RequestDoor.isLoopback(address.host) else {
      throw EdgeCoreError(
        .configuration,
        "the API's address \(address) is open to other machines, and this edgecore has neither TLS nor credentials for them; use 127.0.0.1:\(address.port)"
      )
    }
    metaServer = address
    do throws(MQTTError) {
      mqttServer = try MQTTAddress(parsing: first(\.mqttServerExternal) ?? Defaults.mqttServer)
    } catch {
      throw EdgeCoreError(.configuration, "the broker's address: \(error)")
    }
    if let problem = DNSName.problem(subdomain: nodeName) {
      throw EdgeCoreError(.configuration, "the node's name \"\(nodeName)\" (modules.edged.hostnameOverride): \(problem)")
    }
  }
}
