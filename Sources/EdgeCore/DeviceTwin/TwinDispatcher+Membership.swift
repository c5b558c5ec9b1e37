package import TwinProtocol

/// Which devices the node has.
extension TwinDispatcher {
  func getMembership(_ message: InboundMessage, draft: inout MetaDraft, now: Int64) {
    let answer: MembershipGetResult
    do throws(Refusal) {
      let request = try decoded(message) { payload throws(MessageError) in try GetRequest(decoding: payload) }
      answer = MembershipGetResult(
        envelope: Envelope(eventID: request.envelope.eventID, timestamp: now),
        outcome: .success(draft.deviceIDs.map { draft.member($0) }))
    } catch {
      answer = MembershipGetResult(envelope: Envelope(eventID: message.eventID, timestamp: now), outcome: .failure(error))
    }
    draft.send(OutboundMessage(topic: NodeTopic.membershipGetResult(node: node).description, payload: answer.encoded))
  }

  /// Tells that devices came or went.
  package func sendMembership(added: [DeviceID] = [], removed: [DeviceID] = [], draft: inout MetaDraft, now: Int64) {
    send(added: added.map { draft.member($0) }, removed: removed, draft: &draft, now: now)
  }

  func send(added: [MemberDevice], removed: [DeviceID], draft: inout MetaDraft, now: Int64) {
    let message = MembershipUpdated(
      envelope: Envelope(eventID: makeID(), timestamp: now), added: added, removed: removed.map { MemberDevice(id: $0) })
    draft.send(OutboundMessage(topic: NodeTopic.membershipUpdated(node: node).description, payload: message.encoded))
  }
}

extension MetaDraft {
  func member(_ id: DeviceID) -> MemberDevice {
    let twin = twin(id)
    let labels = object(ObjectKey(kind: .device, namespace: id.namespace, name: id.name))?.labels
    return MemberDevice(
      id: id, description: labels?["description"] ?? twin?.description, state: twin?.state,
      lastOnline: twin?.lastOnline.map(Timestamp.rfc3339), attributes: twin?.attributes ?? [:])
  }
}
