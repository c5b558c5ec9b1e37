/// How hard a message's delivery is tried (MQTT 3.1.1, section 4.3).
public enum MQTTQoS: Int32, Sendable, Hashable {
  /// Sent once and forgotten.
  case atMostOnce = 0
  /// Sent until acknowledged; may arrive twice.
  case atLeastOnce = 1
  /// Sent in a four-part exchange; arrives once.
  case exactlyOnce = 2
}
