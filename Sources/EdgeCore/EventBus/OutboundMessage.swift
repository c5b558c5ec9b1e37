package import TwinProtocol

/// A message that edgecore publishes.
package struct OutboundMessage: Sendable, Hashable {
  package var topic: String
  package var payload: [UInt8]

  package init(topic: String, payload: [UInt8]) {
    self.topic = topic
    self.payload = payload
  }

  package init(_ topic: DeviceTopic, _ payload: [UInt8]) {
    self.init(topic: topic.description, payload: payload)
  }
}
