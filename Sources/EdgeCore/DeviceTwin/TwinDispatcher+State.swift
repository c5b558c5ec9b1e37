import TwinProtocol

/// Devices' states.
extension TwinDispatcher {
  func updateState(_ message: InboundMessage, _ topic: DeviceTopic, draft: inout MetaDraft, now: Int64) {
    let answer: StateUpdateResult
    do throws(Refusal) {
      let update = try decoded(message) { payload throws(MessageError) in try StateUpdate(decoding: payload) }
      let id = try resolve(topic.address, in: draft).get()
      guard var twin = draft.twin(id) else { return }
      let before = twin.state
      let isUrgent = try twin.apply(state: update.state, because: update.reason, now: now).get()
      if before?.lowercased() != update.state.lowercased() { draft.note("\(id) is \(update.state.lowercased())") }
      draft.put(twin, of: id, isUrgent: isUrgent)
      answer = StateUpdateResult(
        envelope: Envelope(eventID: makeID(), timestamp: now), device: topic.address.name, state: update.state,
        lastOnline: lastOnline(of: twin, for: topic.address))
      if tellsCloud { draft.tellCloud(CloudMessage(.stateUpdated(id), content: answer.encoded)) }
    } catch {
      answer = StateUpdateResult(
        envelope: Envelope(eventID: message.eventID, timestamp: now), device: topic.address.name, state: "", refusal: error)
    }
    draft.send(OutboundMessage(DeviceTopic(topic.address, .stateUpdateResult), answer.encoded))
  }

  /// The time as the shape of topics has it in which the mapper speaks.
  private func lastOnline(of twin: DeviceTwinState, for address: DeviceAddress) -> StateUpdateResult.LastOnline? {
    guard let lastOnline = twin.lastOnline else { return nil }
    switch address {
    case .named: return .localTime(Timestamp.local(lastOnline))
    case .namespaced: return twin.isReachable ? .time(Timestamp.rfc3339(lastOnline)) : nil
    }
  }
}
