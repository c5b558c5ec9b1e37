package import TwinProtocol

/// A message that the EventBus received for DeviceTwin.
package struct InboundMessage: Sendable, Hashable {
  package enum Subject: Sendable, Hashable {
    case device(DeviceTopic)
    case membershipGet
    /// A mapper came or went.
    case mapperStatus(String)
    /// An application publishes for the cloud, on this topic.
    case upload(String)
  }

  package enum Content: Sendable, Hashable {
    case payload([UInt8])
    /// A payload larger than ``InboundMessage/maximumPayload``, which wasn't kept.
    case oversized(bytes: Int)
  }

  /// Bytes that a payload may have.
  package static let maximumPayload = 1 << 20

  package var subject: Subject
  package var content: Content

  /// - Returns: `nil` for a topic that means nothing to DeviceTwin.
  package init?(topic: String, content: Content) {
    if let topic = DeviceTopic(topic) {
      subject = .device(topic)
    } else {
      switch NodeTopic(topic) {
      case .membershipGet: subject = .membershipGet
      case .mapperStatus(let mapper): subject = .mapperStatus(mapper)
      default:
        guard EventBusTopics.isUpload(topic) else { return nil }
        subject = .upload(topic)
      }
    }
    self.content = content
  }

  /// Whether the message only asks, and changes nothing.
  var isQuestion: Bool {
    switch subject {
    case .device(let topic): topic.subject == .twinGet
    case .membershipGet: true
    default: false
    }
  }

  /// Bytes that the message holds in memory, about.
  var size: Int {
    guard case .payload(let payload) = content else { return 256 }
    return payload.count + 256
  }

  /// The message's `event_id` as far as it can be read.
  var eventID: String {
    if case .payload(let payload) = content { Envelope.eventID(in: payload) } else { "" }
  }

  /// A hash of the payload (FNV-1a), the same in every process.
  var digest: UInt64 {
    guard case .payload(let payload) = content else { return 0 }
    return payload.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }
}
