package import TwinProtocol

/// Twins: asked for, and updated at the edge.
extension TwinDispatcher {
  func get(_ message: InboundMessage, _ topic: DeviceTopic, draft: inout MetaDraft, now: Int64) {
    let answer: TwinGetResult
    do throws(Refusal) {
      let request = try decoded(message) { payload throws(MessageError) in try GetRequest(decoding: payload) }
      let envelope = Envelope(eventID: request.envelope.eventID, timestamp: now)
      switch resolve(topic.address, in: draft) {
      case .success(let id): answer = TwinGetResult(envelope: envelope, outcome: .success(draft.twin(id)?.twins ?? [:]))
      case .failure(let refusal):
        let reason = refusal.code == 404 ? "Device \(topic.address) not found while getting twin" : refusal.reason
        answer = TwinGetResult(envelope: envelope, outcome: .failure(Refusal(code: refusal.code, reason: reason)))
      }
    } catch {
      answer = TwinGetResult(
        envelope: Envelope(eventID: message.eventID, timestamp: now), outcome: .failure(error))
    }
    draft.send(OutboundMessage(DeviceTopic(topic.address, .twinGetResult), answer.encoded))
  }

  func update(_ message: InboundMessage, _ topic: DeviceTopic, draft: inout MetaDraft, now: Int64) {
    do throws(Refusal) {
      let update = try decoded(message) { payload throws(MessageError) in try TwinUpdate(decoding: payload) }
      let id = try resolve(topic.address, in: draft).get()
      guard var twin = draft.twin(id) else { return }
      let wishes = twin.wishes
      let outcome = twin.apply(update, digest: message.digest, now: now, deltaID: makeID())
      draft.count(outcome)
      if outcome.isChanged { draft.put(twin, of: id, isUrgent: outcome.isUrgent) }
      for (name, twin) in outcome.result.twins {
        if let expected = twin?.expected { draft.note("\(id): \(name) is desired \"\(expected.value.prefix(64))\"") }
      }
      if twin.wishes != wishes { draft.touch(ObjectKey(kind: .device, namespace: id.namespace, name: id.name)) }
      draft.send(OutboundMessage(DeviceTopic(topic.address, .twinUpdateResult), outcome.result.encoded))
      if let document = outcome.document {
        draft.record(ValueChange.changes(in: document), of: id)
        draft.send(OutboundMessage(DeviceTopic(topic.address, .twinUpdateDocument), document.encoded))
      }
      if let delta = outcome.delta { send(delta, to: id, draft: &draft) }
      if tellsCloud, outcome.isChanged { tellCloud(twin.cloudSync(of: outcome.result.twins), of: id, draft: &draft, now: now) }
    } catch {
      draft.count(error)
      draft.send(refusal(topic, .twinUpdateResult, message, error, now: now))
    }
  }

  /// Tells of desired values that aren't reached, in both shapes of topics.
  package func send(_ delta: TwinDelta, to id: DeviceID, draft: inout MetaDraft) {
    sendUnasked(.twinUpdateDelta, delta.encoded, to: id, draft: &draft)
  }

  /// Sends what nobody asked for in both shapes of topics.
  func sendUnasked(_ subject: DeviceTopic.Subject, _ payload: [UInt8], to id: DeviceID, draft: inout MetaDraft) {
    draft.send(OutboundMessage(DeviceTopic(id, subject), payload))
    if isKnownByName(id, in: draft) { draft.send(OutboundMessage(DeviceTopic(.named(id.name), subject), payload)) }
  }

  func refuseCloudUpdate(_ message: InboundMessage, _ topic: DeviceTopic, draft: inout MetaDraft, now: Int64) {
    let refused = Refusal(code: 400, reason: "twin/cloud_updated is the cloud's; a local client updates with twin/update")
    draft.send(refusal(topic, .twinUpdateResult, message, refused, now: now))
  }
}
