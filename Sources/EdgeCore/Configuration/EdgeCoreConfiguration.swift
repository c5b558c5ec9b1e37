import DeviceAPI
import Foundation
public import MQTTClient

/// How edgecore runs.
public struct EdgeCoreConfiguration: Sendable {
  /// The node's name, which Devices name in `nodeName` or `nodeSelector`.
  public var nodeName: String
  /// Where the Kubernetes API is served.
  public var metaServer: SocketAddress
  /// Whether clients of the API have to show the token.
  public var metaServerNeedsToken: Bool
  /// The file with the token and all else that kubectl needs.
  public var metaServerKubeconfig: String
  /// Names by which the API is asked for, beside its address and its certificate's.
  public var metaServerNames: [String]
  /// The certificate that the API is served with; `nil` without TLS.
  public var metaServerTLS: APITLS?
  /// The broker.
  public var mqttServer: MQTTAddress
  /// The user at the broker.
  public var mqttUsername: String?
  /// The password at the broker.
  public var mqttPassword: String?
  /// What TLS with the broker goes by; `nil` without TLS.
  public var mqttTLS: MQTTTLS?
  /// Whether our own broker gives clients without a login a mapper's rights.
  public var mqttAllowAnonymous: Bool
  /// Where our own broker listens for other machines too; `nil` for nowhere.
  public var mqttServerTLS: BrokerTLS?
  /// The SQLite file.
  public var databasePath: String

  /// Seconds that changes of values are kept for, to be asked for; 0 keeps none.
  public var historySeconds: Int64
  /// Bytes of memory that all of them may take; 0 keeps none.
  public var historyBytes: Int

  /// The folder of the database, where our own broker's files are too.
  public var stateFolder: String { (databasePath as NSString).deletingLastPathComponent }

  /// Whether the broker is somebody else's in any case: ours needs no configured login, and speaks to edgecore without TLS.
  var isBrokerExternal: Bool { mqttUsername != nil || mqttServer.usesTLS || !mqttServer.isLoopback }

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
    metaServer = address
    metaServerKubeconfig = first(\.metaServerKubeconfig) ?? Defaults.kubeconfig(besides: databasePath)
    metaServerNames = (first(\.metaServerNames) ?? "").split(whereSeparator: { $0 == "," || $0 == " " }).map { $0.lowercased() }
    switch first(\.metaServerAuth) ?? "none" {
    case "none": metaServerNeedsToken = false
    case "token": metaServerNeedsToken = true
    case let other:
      throw EdgeCoreError(.configuration, "modules.metaManager.metaServer.auth is none or token, not \"\(other.prefix(32))\"")
    }
    metaServerTLS = try Self.apiTLS(first)
    try Self.checkOpenness(of: address, needsToken: metaServerNeedsToken, usesTLS: metaServerTLS != nil)
    do throws(MQTTError) {
      mqttServer = try MQTTAddress(parsing: first(\.mqttServerExternal) ?? Defaults.mqttServer)
    } catch {
      throw EdgeCoreError(.configuration, "the broker's address: \(error)")
    }
    historySeconds = try Self.number(first(\.historySeconds), "historySeconds", 0...31_536_000) ?? Defaults.historySeconds
    historyBytes = Int(try Self.number(first(\.historyBytes), "historyBytes", 0...(1 << 30)) ?? Defaults.historyBytes)
    mqttTLS = try Self.tls(sources, address: mqttServer, first)
    mqttServerTLS = try Self.serverTLS(first)
    let anonymous = first(\.mqttAllowAnonymous) ?? "false"
    guard let allowsAnonymous = Bool(anonymous) else {
      throw EdgeCoreError(.configuration, "mqttAllowAnonymous is true or false, not \"\(anonymous)\"")
    }
    mqttAllowAnonymous = allowsAnonymous
    if let problem = DNSName.problem(subdomain: nodeName) {
      throw EdgeCoreError(.configuration, "the node's name \"\(nodeName)\" (modules.edged.hostnameOverride): \(problem)")
    }
  }

  /// What is open to other machines is closed to those who show nothing, and told to nobody on the way.
  private static func checkOpenness(of address: SocketAddress, needsToken: Bool, usesTLS: Bool) throws(EdgeCoreError) {
    guard !RequestDoor.isLoopback(address.host), !needsToken || !usesTLS else { return }
    let missing = [
      needsToken ? nil : "a credential (modules.metaManager.metaServer.auth: token)",
      usesTLS ? nil : "TLS (tlsCertFile and tlsPrivateKeyFile there)",
    ].compactMap(\.self).joined(separator: " and ")
    throw EdgeCoreError(
      .configuration,
      "the API's address \(address) is open to other machines, and needs \(missing) for that; or use 127.0.0.1:\(address.port)")
  }

  private static func apiTLS(_ first: ((EdgeCoreOptions) -> String?) -> String?) throws(EdgeCoreError) -> APITLS? {
    switch (first(\.metaServerTLSCertFile), first(\.metaServerTLSPrivateKeyFile)) {
    case (let certFile?, let privateKeyFile?):
      return APITLS(certFile: certFile, privateKeyFile: privateKeyFile, caFile: first(\.metaServerTLSCaFile))
    case (nil, nil): return nil
    case (nil, _): throw EdgeCoreError(.configuration, "modules.metaManager.metaServer has a tlsPrivateKeyFile and no tlsCertFile")
    case (_, nil): throw EdgeCoreError(.configuration, "modules.metaManager.metaServer has a tlsCertFile and no tlsPrivateKeyFile")
    }
  }

  private static func number(_ text: String?, _ key: String, _ range: ClosedRange<Int64>) throws(EdgeCoreError) -> Int64? {
    guard let text else { return nil }
    guard let number = Int64(text), range.contains(number) else {
      throw EdgeCoreError(.configuration, "\(key) is a number from \(range.lowerBound) to \(range.upperBound), not \"\(text.prefix(32))\"")
    }
    return number
  }

  private static func tls(
    _ sources: [EdgeCoreOptions], address: MQTTAddress, _ first: ((EdgeCoreOptions) -> String?) -> String?
  ) throws(EdgeCoreError) -> MQTTTLS? {
    let tls = MQTTTLS(
      caFile: first(\.tlsMqttCAFile), certFile: first(\.tlsMqttCertFile), keyFile: first(\.tlsMqttPrivateKeyFile))
    if address.usesTLS { return tls }
    guard !sources.contains(where: \.isTLSEnabled), tls == MQTTTLS() else {
      // Silently talking without TLS to somebody who asked for it would be worse than not starting.
      throw EdgeCoreError(
        .configuration,
        "modules.eventBus.eventBusTLS asks for TLS, and mqttServerExternal \(address) has none; write tls://\(address.host):8883")
    }
    return nil
  }

  private static func serverTLS(_ first: ((EdgeCoreOptions) -> String?) -> String?) throws(EdgeCoreError) -> BrokerTLS? {
    let files = (first(\.mqttServerTLSCAFile), first(\.mqttServerTLSCertFile), first(\.mqttServerTLSPrivateKeyFile))
    guard let listen = first(\.mqttServerTLSListen) else {
      guard files == (nil, nil, nil) else {
        throw EdgeCoreError(
          .configuration, "modules.eventBus.mqttServerTLS has files and no address; set listen, for instance to 0.0.0.0:8883")
      }
      return nil
    }
    guard let address = SocketAddress(listen), address.port > 0 else {
      throw EdgeCoreError(.configuration, "modules.eventBus.mqttServerTLS.listen: \"\(listen)\" is not host:port")
    }
    guard let caFile = files.0, let certFile = files.1, let privateKeyFile = files.2 else {
      throw EdgeCoreError(
        .configuration, "modules.eventBus.mqttServerTLS listens on \(listen) and needs caFile, certFile and privateKeyFile for that")
    }
    for path in [caFile, certFile, privateKeyFile] where !FileManager.default.isReadableFile(atPath: path) {
      throw EdgeCoreError(.configuration, "modules.eventBus.mqttServerTLS: cannot read \(path)")
    }
    return BrokerTLS(listen: address, caFile: caFile, certFile: certFile, privateKeyFile: privateKeyFile)
  }
}
