import Foundation

/// What holds where nothing is configured.
public enum Defaults {
  /// Where the Kubernetes API is served: the address of KubeEdge's MetaServer.
  public static let metaServer = "127.0.0.1:10550"
  /// The broker.
  public static let mqttServer = "tcp://127.0.0.1:1883"

  /// The machine's name in lower case, as the kubelet and KubeEdge name a node.
  public static var nodeName: String { ProcessInfo.processInfo.hostName.lowercased() }

  /// Seconds that changes of values are kept for.
  public static let historySeconds: Int64 = 3_600
  /// Bytes of memory that all of them may take.
  public static let historyBytes: Int64 = 4 << 20

  /// The file with the API's token, beside a database.
  static func kubeconfig(besides database: String) -> String {
    (database as NSString).deletingLastPathComponent + "/kubeconfig"
  }

  static var kubeconfigPath: String { kubeconfig(besides: databasePath) }

  /// The configuration file: KubeEdge's for root, else below `$XDG_CONFIG_HOME`.
  public static var configurationPath: String {
    getuid() == 0 ? "/etc/kubeedge/config/edgecore.yaml" : userFolder("XDG_CONFIG_HOME", ".config") + "/config/edgecore.yaml"
  }

  /// The SQLite file: in KubeEdge's folder for root, else below `$XDG_STATE_HOME`.
  public static var databasePath: String {
    getuid() == 0 ? "/var/lib/kubeedge/swiftlet.db" : userFolder("XDG_STATE_HOME", ".local/state") + "/swiftlet.db"
  }

  /// Our file for a `dataSource`: KubeEdge's own database is left alone, ours is beside it.
  static func ownDatabase(for dataSource: String) -> String {
    let path = dataSource as NSString
    guard path.lastPathComponent == "edgecore.db" else { return dataSource }
    return (path.deletingLastPathComponent as NSString).appendingPathComponent("swiftlet.db")
  }

  private static func userFolder(_ variable: String, _ fallback: String) -> String {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment[variable], folder.hasPrefix("/") { return folder + "/kubeedge" }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/" + fallback + "/kubeedge"
  }

  /// The file with what is usually set (`edgecore --minconfig`).
  public static var minimalFile: String {
    """
    # KubeEdge's EdgeCore configuration: what is usually set. `edgecore --defaultconfig` prints everything that counts.
    apiVersion: edgecore.config.kubeedge.io/v1alpha2
    kind: EdgeCore
    database:
      dataSource: \(databasePath)
    modules:
      edged:
        hostnameOverride: \(nodeName)
      eventBus:
        mqttServerExternal: \(mqttServer)

    """
  }

  /// The file with every key that counts and its default (`edgecore --defaultconfig`).
  public static var fullFile: String {
    """
    # KubeEdge's EdgeCore configuration: every key that this edgecore honours, with its default.
    # Keys of KubeEdge's other modules are named in the log and have no effect.
    apiVersion: edgecore.config.kubeedge.io/v1alpha2
    kind: EdgeCore
    database:
      # The SQLite file. A KubeEdge edgecore.db is left alone, and swiftlet.db beside it used.
      dataSource: \(databasePath)
    modules:
      deviceTwin:
        # For how long, and in how much memory for all devices, changes of values are kept for edgectl history; 0 keeps none.
        historySeconds: \(historySeconds)
        historyBytes: \(historyBytes)
      edged:
        # The node's name, which Devices name in nodeName or nodeSelector.
        hostnameOverride: \(nodeName)
      eventBus:
        # The broker. Where none listens on this machine, edgecore starts mosquitto; one with a user or TLS is waited for.
        mqttServerExternal: \(mqttServer)
        mqttUsername: ""
        mqttPassword: ""
        # For a broker at tls://host:port. Files are PEM; the certificate and key are for brokers that ask for them.
        eventBusTLS:
          enable: false
          tlsMqttCAFile: ""
          tlsMqttCertFile: ""
          tlsMqttPrivateKeyFile: ""
        # edgecore's own broker: whether clients without a login have a mapper's rights.
        mqttAllowAnonymous: false
        # edgecore's own broker: where it listens for other machines too, for instance 0.0.0.0:8883. With TLS, and for
        # clients with a certificate of these authorities, who have a mapper's rights. Nowhere unless set.
        mqttServerTLS:
          listen: ""
          caFile: ""
          certFile: ""
          privateKeyFile: ""
      metaManager:
        metaServer:
          # The Kubernetes API on the node. Wider than this machine it needs auth: token and TLS.
          server: \(metaServer)
          # none, or token: clients show the one in the kubeconfig, which is made at the first start.
          auth: none
          kubeconfig: \(kubeconfigPath)
          # Files are PEM, and read again when they change. The authority is what clients are to trust.
          tlsEnable: false
          tlsCertFile: ""
          tlsPrivateKeyFile: ""
          tlsCaFile: ""
          # Names that clients ask for, beside those of the certificate.
          names: []

    """
  }
}
