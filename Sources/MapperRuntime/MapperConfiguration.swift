/// What a mapper needs to know of its surroundings.
public struct MapperConfiguration: Sendable, Hashable {
  /// The mapper's name, unique on its node: it names the MQTT client and the topic of the mapper's status.
  public var name: String
  /// The node whose Devices the mapper takes.
  public var node: String
  /// The API server, for instance `http://127.0.0.1:10550`.
  public var apiServer: String
  /// How the mapper gets in there.
  public var apiCredentials: APICredentials
  /// The MQTT broker, for instance `tcp://127.0.0.1:1883`, or `tls://broker:8883`.
  public var mqttServer: String
  /// How the mapper logs in there.
  public var brokerLogin: BrokerLogin
  /// What TLS goes by, at a broker with TLS; this machine's authorities when `nil`.
  public var brokerCertificates: BrokerCertificates?
  /// Where the mapper's Devices and DeviceModels come from.
  public var deviceSource: DeviceSource
  /// How topics name devices.
  public var topicShape: TopicShape
  /// The port on the loopback address for the REST API, health and metrics; `nil` for none of them.
  public var httpPort: Int?
  /// Whether nothing is written to any device: what is desired, or asked for, is refused.
  public var isReadOnly: Bool

  /// A configuration.
  public init(
    name: String, node: String, apiServer: String = "http://127.0.0.1:10550", apiCredentials: APICredentials = APICredentials(),
    mqttServer: String = "tcp://127.0.0.1:1883",
    brokerLogin: BrokerLogin = .none, brokerCertificates: BrokerCertificates? = nil,
    deviceSource: DeviceSource = .api, topicShape: TopicShape = .namespaced, httpPort: Int? = nil, isReadOnly: Bool = false
  ) {
    self.name = name
    self.node = node
    self.apiServer = apiServer
    self.apiCredentials = apiCredentials
    self.mqttServer = mqttServer
    self.brokerLogin = brokerLogin
    self.brokerCertificates = brokerCertificates
    self.deviceSource = deviceSource
    self.topicShape = topicShape
    self.httpPort = httpPort
    self.isReadOnly = isReadOnly
  }
}
