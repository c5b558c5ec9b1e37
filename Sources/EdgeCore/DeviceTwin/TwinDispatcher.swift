import DeviceAPI
import TwinProtocol

/// Decides what a message from the edge changes and what is answered to it: no I/O, no clock.
package struct TwinDispatcher: Sendable {
  /// The node's name.
  let node: String
  /// Makes ids for messages that nobody asked for.
  let makeID: @Sendable () -> String
  /// Whether there is a cloud that wants to know.
  let tellsCloud: Bool

  package init(node: String, tellsCloud: Bool = false, makeID: @escaping @Sendable () -> String) {
    self.node = node
    self.tellsCloud = tellsCloud
    self.makeID = makeID
  }

  /// Handles one message.
  package func handle(_ message: InboundMessage, draft: inout MetaDraft, now: Int64) {
    switch message.subject {
    case .device(let topic):
      switch topic.subject {
      case .twinGet: get(message, topic, draft: &draft, now: now)
      case .twinUpdate: update(message, topic, draft: &draft, now: now)
      case .stateUpdate: updateState(message, topic, draft: &draft, now: now)
      case .twinCloudUpdated: refuseCloudUpdate(message, topic, draft: &draft, now: now)
      default: break
      }
    case .membershipGet: getMembership(message, draft: &draft, now: now)
    case .mapperStatus(let mapper): take(message, of: mapper, draft: &draft, now: now)
    case .upload(let topic): upload(message, from: topic, draft: &draft)
    }
  }

  /// What a sender is told whose message could not be handled; `nil` where nobody waits for an answer.
  package func refusal(of message: InboundMessage, code: Int, reason: String, now: Int64) -> OutboundMessage? {
    let refused = Refusal(code: code, reason: reason)
    let envelope = Envelope(eventID: message.eventID, timestamp: now)
    let topic: DeviceTopic
    switch message.subject {
    case .mapperStatus, .upload: return nil
    case .membershipGet:
      let answer = MembershipGetResult(envelope: envelope, outcome: .failure(refused))
      return OutboundMessage(topic: NodeTopic.membershipGetResult(node: node).description, payload: answer.encoded)
    case .device(let named): topic = named
    }
    switch topic.subject {
    case .twinUpdate: return refusal(topic, .twinUpdateResult, message, refused, now: now)
    case .twinGet:
      let answer = TwinGetResult(envelope: envelope, outcome: .failure(refused))
      return OutboundMessage(DeviceTopic(topic.address, .twinGetResult), answer.encoded)
    case .stateUpdate:
      let answer = StateUpdateResult(envelope: envelope, device: topic.address.name, state: "", refusal: refused)
      return OutboundMessage(DeviceTopic(topic.address, .stateUpdateResult), answer.encoded)
    default: return nil
    }
  }

  func decoded<Message>(
    _ message: InboundMessage, as decode: ([UInt8]) throws(MessageError) -> Message
  ) throws(Refusal) -> Message {
    switch message.content {
    case .payload(let payload):
      do throws(MessageError) {
        return try decode(payload)
      } catch {
        throw Refusal(code: 400, reason: error.description)
      }
    case .oversized(let size):
      throw Refusal(code: 400, reason: "the payload has \(size) bytes, more than the \(InboundMessage.maximumPayload) allowed")
    }
  }

  func refusal(
    _ topic: DeviceTopic, _ subject: DeviceTopic.Subject, _ message: InboundMessage, _ refusal: Refusal, now: Int64
  ) -> OutboundMessage {
    let answer = TwinUpdateResult(envelope: Envelope(eventID: message.eventID, timestamp: now), twins: [:], refusal: refusal)
    return OutboundMessage(DeviceTopic(topic.address, subject), answer.encoded)
  }

  /// The device that an address means: the old shape the one in `default`, else the only one of that name.
  func resolve(_ address: DeviceAddress, in draft: MetaDraft) -> Result<DeviceID, Refusal> {
    let unknown = Refusal(code: 404, reason: "update rejected due to the device is not existed: \(address)")
    switch address {
    case .namespaced(let id): return draft.twin(id) == nil ? .failure(unknown) : .success(id)
    case .named(let name):
      let id = DeviceID(name: name)
      if draft.twin(id) != nil { return .success(id) }
      let namesakes = draft.namesakes(name)
      if namesakes.count > 1 {
        let namespaces = namesakes.map(\.namespace).joined(separator: ", ")
        return .failure(
          Refusal(
            code: 400,
            reason: "the device \"\(name)\" is in several namespaces (\(namespaces)); use the topics with the namespace in them"))
      }
      return namesakes.first.map(Result.success) ?? .failure(unknown)
    }
  }

  func isKnownByName(_ id: DeviceID, in draft: MetaDraft) -> Bool {
    id.namespace == "default" || resolve(.named(id.name), in: draft) == .success(id)
  }
}
