/// A message with its topic, as published or received.
public struct MQTTMessage: Sendable, Hashable {
  /// The topic, without wildcards.
  public var topic: String
  /// The content.
  public var payload: [UInt8]
  /// The delivery's quality.
  public var qos: MQTTQoS
  /// Published: whether the broker keeps it for later subscribers. Received: whether it was kept from before the subscription.
  public var retain: Bool

  /// A message.
  public init(topic: String, payload: [UInt8], qos: MQTTQoS = .atLeastOnce, retain: Bool = false) {
    self.topic = topic
    self.payload = payload
    self.qos = qos
    self.retain = retain
  }
}
