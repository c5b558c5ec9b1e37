/// What happens at a client, in the order it happened.
public enum MQTTEvent: Sendable, Hashable {
  /// The broker accepted the client; its subscriptions are on their way ahead of anything published from now on.
  case connected(sessionPresent: Bool)
  /// The connection is gone, or a first attempt failed; the client tries again by itself.
  ///
  /// Said once for each loss and once for each new reason why attempts fail.
  case disconnected(MQTTError)
  /// A message arrived.
  case message(MQTTMessage)
  /// A message arrived whose payload of `size` bytes is above ``MQTTConfiguration/maximumPayload``; it was discarded.
  case oversized(topic: String, size: Int)
  /// The broker refused to subscribe the client to these filters.
  case subscriptionRefused(filters: [String])
}
