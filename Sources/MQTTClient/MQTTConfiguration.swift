/// How a client reaches its broker, and its limits.
public struct MQTTConfiguration: Sendable {
  /// Where the broker listens.
  public var address: MQTTAddress
  /// The client's name at the broker; another client with the same name takes its place.
  public var clientID: String
  /// Whether the broker forgets the client's subscriptions and messages when the connection ends.
  public var cleanSession = true
  /// After how long a silent connection is taken for dead; at least 5 seconds, whole seconds.
  public var keepAlive: Duration = .seconds(30)
  /// The user's name, where the broker asks for one.
  public var username: String?
  /// The user's password.
  public var password: String?
  /// Asked before each attempt to connect, in place of ``username`` and ``password``: a login that changes takes effect with the
  /// next one. What it throws counts as a failed attempt. Runs on the client's thread.
  public var login: (@Sendable () throws(MQTTError) -> MQTTLogin)?
  /// What TLS goes by; an address that asks for TLS has it without this too.
  public var tls: MQTTTLS?
  /// What the broker publishes when the client vanishes without a goodbye.
  public var will: MQTTMessage?
  /// The largest payload in bytes that is handed on; of larger ones only the size is told.
  public var maximumPayload = 1 << 20
  /// The shortest wait before the next attempt to connect; it doubles with each failed one.
  public var reconnectDelayMinimum: Duration = .milliseconds(100)
  /// The longest wait before the next attempt to connect.
  public var reconnectDelayMaximum: Duration = .seconds(5)
  /// How many messages may be on their way to the broker unacknowledged; more wait in the client.
  public var maximumInFlight: UInt32 = 256
  /// How many published messages may be unacknowledged or waiting before a publish fails with `backlogFull`.
  public var maximumBacklog = 10_000
  /// How many bytes of payloads may be unacknowledged or waiting before a publish fails with `backlogFull`; one message may always.
  public var maximumBacklogBytes = 32 << 20
  /// How many received messages wait for the consumer before the client stops reading from the broker.
  public var bufferedMessages = 10_000
  /// How many bytes of received payloads wait for the consumer before the client stops reading from the broker.
  public var bufferedBytes = 32 << 20

  /// A configuration with the defaults above.
  public init(address: MQTTAddress, clientID: String) {
    self.address = address
    self.clientID = clientID
  }

  /// A configuration with the defaults above.
  public init(host: String, port: UInt16 = 1883, clientID: String) {
    self.init(address: MQTTAddress(host: host, port: port), clientID: clientID)
  }
}
