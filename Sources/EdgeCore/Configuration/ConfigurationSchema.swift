import DeviceAPI

/// The keys of KubeEdge's EdgeCore file (`edgecore.config.kubeedge.io/v1alpha2`).
///
/// The keys of the modules that are here are all known, so that a wrong one is found; what other modules have is
/// theirs, and only named in the log.
enum ConfigurationSchema {
  static let file = Schema.object(
    "KubeEdge's EdgeCore configuration.",
    [
      .optional(
        "apiVersion",
        .string(
          "The file's version.", allowed: ["edgecore.config.kubeedge.io/v1alpha1", "edgecore.config.kubeedge.io/v1alpha2"])),
      .optional("kind", .string("What the file configures.", allowed: ["EdgeCore"])),
      .optional("database", database),
      .optional("modules", modules),
      .optional("featureGates", .free("KubeEdge's switches.")),
    ])

  /// Modules of KubeEdge that edgecore doesn't have.
  static let foreignModules = ["dbTest", "edgeHub", "edgeStream", "serviceBus", "taskManager"]

  private static let database = Schema.object(
    "Where state is kept.",
    [
      .optional("aliasName", .string("KubeEdge's name for the connection.")),
      .optional("dataSource", .string("The SQLite file; a KubeEdge edgecore.db is left alone, and swiftlet.db beside it used.")),
      .optional("driverName", .string("The database's sort.", allowed: ["sqlite3"])),
    ])

  private static let modules = Schema.object(
    "The modules.",
    [
      .optional("deviceTwin", deviceTwin), .optional("edged", .free("The pods' module; the node's name is taken from it.")),
      .optional("eventBus", eventBus), .optional("metaManager", metaManager),
    ] + foreignModules.map { .optional($0, .free("A module of KubeEdge.")) })

  private static let deviceTwin = Schema.object(
    "Devices' desired and reported state.",
    [
      .optional("enable", .boolean("Whether the module runs.")),
      .optional("dmiSockPath", .string("The Unix socket of the Device Mapper Interface.")),
      .optional("historySeconds", .integer("How long changes of values are kept for; 0 keeps none.", minimum: 0, maximum: 31_536_000)),
      .optional("historyBytes", .integer("Bytes of memory that they may take; 0 keeps none.", minimum: 0, maximum: 1 << 30)),
    ])

  private static let eventBus = Schema.object(
    "The way to the MQTT broker.",
    [
      .optional("enable", .boolean("Whether the module runs.")),
      .optional("eventBusTLS", tls),
      .optional(
        "mqttAllowAnonymous",
        .boolean("Whether edgecore's own broker gives clients without a login a mapper's rights: for mappers that can't log in.")),
      .optional("mqttMode", .integer("0 and 1 start KubeEdge's internal broker, 2 uses an external one.", minimum: 0, maximum: 2)),
      .optional("mqttPassword", .string("The password at the broker.")),
      .optional("mqttPubClientID", .string("KubeEdge's name of the publishing client.")),
      .optional("mqttQOS", .integer("The internal broker's quality of service.", minimum: 0, maximum: 2)),
      .optional("mqttRetain", .boolean("Whether the internal broker keeps messages.")),
      .optional("mqttServerExternal", .string("The broker: tcp://host:port, or tls://host:port.")),
      .optional("mqttServerInternal", .string("KubeEdge's internal broker: tcp://host:port.")),
      .optional("mqttServerTLS", serverTLS),
      .optional("mqttSessionQueueSize", .integer("The internal broker's queue.", minimum: 0)),
      .optional("mqttSubClientID", .string("KubeEdge's name of the subscribing client.")),
      .optional("mqttUsername", .string("The user at the broker.")),
    ])

  private static let tls = Schema.object(
    "Certificates for the broker.",
    [
      .optional("enable", .boolean("Whether these files count; mqttServerExternal then has to begin with tls://.")),
      .optional("tlsMqttCAFile", .string("The certificate authority.")),
      .optional("tlsMqttCertFile", .string("The client's certificate.")),
      .optional("tlsMqttPrivateKeyFile", .string("The client's key.")),
    ])

  private static let serverTLS = Schema.object(
    "Where edgecore's own broker listens for other machines: with TLS, and for clients with a certificate.",
    [
      .optional("caFile", .string("The authorities that clients' certificates come from.")),
      .optional("certFile", .string("The broker's certificate.")),
      .optional("listen", .string("The address: host:port.")),
      .optional("privateKeyFile", .string("The broker's key.")),
    ])

  private static let metaManager = Schema.object(
    "Objects and where they are stored.",
    [
      .optional("contextSendGroup", .string("KubeEdge's message group.")),
      .optional("contextSendModule", .string("KubeEdge's message module.")),
      .optional("enable", .boolean("Whether the module runs.")),
      .optional("metaServer", metaServer),
      .optional("podStatusSyncInterval", .integer("Seconds between reports of pods.", minimum: 0)),
      .optional("remoteQueryTimeout", .integer("Seconds that a question to the cloud may take.", minimum: 0)),
    ])

  private static let metaServer = Schema.object(
    "The Kubernetes API on the node.",
    [
      .optional("apiAudiences", .array("Audiences of tokens.", of: .string("An audience."))),
      .optional("auth", .string("Who may use the API: whoever reaches it, or who shows the token.", allowed: ["none", "token"])),
      .optional("dummyServer", .string("KubeEdge's address for pods.")),
      .optional("enable", .boolean("Whether the API is served.")),
      .optional("kubeconfig", .string("The file with the token, which is made at the first start.")),
      .optional("names", .array("Other names of the server.", of: .string("A name or address that clients ask for."))),
      .optional("server", .string("The address: host:port.")),
      .optional("serviceAccountIssuers", .array("Issuers of tokens.", of: .string("An issuer."))),
      .optional("serviceAccountKeyFiles", .array("Keys of tokens.", of: .string("A file."))),
      .optional("tlsCaFile", .string("The certificate authority.")),
      .optional("tlsCertFile", .string("The server's certificate.")),
      .optional("tlsEnable", .boolean("Whether the files count, and the API is served with TLS.")),
      .optional("tlsPrivateKeyFile", .string("The server's key.")),
    ])
}
