import DeviceAPI
package import TwinProtocol

/// Decides what a message from the edge changes and what is answered to it: no I/O, no clock.
package struct TwinDispatcher: Sendable {
  /// The node's name.
  let node: String
  /// Makes ids for messages that nobody asked for.
  let makeID: @Sendable () -> String

  package init(node: String, makeID: @escaping @Sendable () -> String) {
    self.node = node
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
    }
  }

  /// What a sender is told whose message could not be handled; `nil` where nobody waits for an answer.
  package func refusal(of message: InboundMessage, code: Int, reason: String, now: Int64) -> OutboundMessage? {
    let refused = Refusal(code: code, reason: reason)
    let envelope = Envelope(eventID: message.eventID, timestamp: now)
    if case .mapperStatus = message.subject { return nil }
    guard case .device(let topic) = message.subject else {
      let answer = MembershipGetResult(envelope: envelope, outcome: .failure(refused))
      return OutboundMessage(topic: NodeTopic.membershipGetResult(node: node).description, payload: answer.encoded)
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

  // MARK: Twins

  private func get(_ message: InboundMessage, _ topic: DeviceTopic, draft: inout MetaDraft, now: Int64) {
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

  private func update(_ message: InboundMessage, _ topic: DeviceTopic, draft: inout MetaDraft, now: Int64) {
    do throws(Refusal) {
      let update = try decoded(message) { payload throws(MessageError) in try TwinUpdate(decoding: payload) }
      let id = try resolve(topic.address, in: draft).get()
      guard var twin = draft.twin(id) else { return }
      let wishes = twin.wishes
      let outcome = twin.apply(update, digest: message.digest, now: now, deltaID: makeID())
      if outcome.isChanged { draft.put(twin, of: id, isUrgent: outcome.isUrgent) }
      for (name, twin) in outcome.result.twins {
        if let expected = twin?.expected { draft.note("\(id): \(name) is desired \"\(expected.value.prefix(64))\"") }
      }
      if twin.wishes != wishes { draft.touch(ObjectKey(kind: .device, namespace: id.namespace, name: id.name)) }
      draft.send(OutboundMessage(DeviceTopic(topic.address, .twinUpdateResult), outcome.result.encoded))
      if let document = outcome.document {
        draft.send(OutboundMessage(DeviceTopic(topic.address, .twinUpdateDocument), document.encoded))
      }
      if let delta = outcome.delta { send(delta, to: id, draft: &draft) }
    } catch {
      let answer = refusal(topic, .twinUpdateResult, message, error, now: now)
      draft.send(answer)
    }
  }

  /// Tells of desired values that aren't reached, in both shapes of topics.
  package func send(_ delta: TwinDelta, to id: DeviceID, draft: inout MetaDraft) {
    let payload = delta.encoded
    draft.send(OutboundMessage(DeviceTopic(id, .twinUpdateDelta), payload))
    if isKnownByName(id, in: draft) {
      draft.send(OutboundMessage(DeviceTopic(.named(id.name), .twinUpdateDelta), payload))
    }
  }

  private func refuseCloudUpdate(_ message: InboundMessage, _ topic: DeviceTopic, draft: inout MetaDraft, now: Int64) {
    let refused = Refusal(code: 400, reason: "twin/cloud_updated is the cloud's; a local client updates with twin/update")
    draft.send(refusal(topic, .twinUpdateResult, message, refused, now: now))
  }

  // MARK: Mappers

  /// A mapper came or went. When it is gone nobody knows how its devices are: their values stay, but as uncertain ones.
  private func take(_ message: InboundMessage, of mapper: String, draft: inout MetaDraft, now: Int64) {
    guard case .payload(let payload) = message.content, !payload.isEmpty, let status = try? PeerStatus(decoding: payload) else { return }
    draft.note("mapper \(mapper) is \(status.isOnline ? "there" : "gone")")
    guard !status.isOnline, let protocolName = status.protocolName else { return }
    for object in draft.objects(.device, namespace: nil) where object.nodeName == status.node {
      guard let id = object.key.deviceID, var twin = draft.twin(id), twin.protocolName == protocolName else { continue }
      if twin.lose(because: "the mapper \(mapper) is gone", now: now) { draft.put(twin, of: id, isUrgent: true) }
    }
  }

  // MARK: State and membership

  private func updateState(_ message: InboundMessage, _ topic: DeviceTopic, draft: inout MetaDraft, now: Int64) {
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
        lastOnlineTime: twin.isReachable ? twin.lastOnline.map(Timestamp.rfc3339) : nil)
    } catch {
      answer = StateUpdateResult(
        envelope: Envelope(eventID: message.eventID, timestamp: now), device: topic.address.name, state: "", refusal: error)
    }
    draft.send(OutboundMessage(DeviceTopic(topic.address, .stateUpdateResult), answer.encoded))
  }

  private func getMembership(_ message: InboundMessage, draft: inout MetaDraft, now: Int64) {
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
    let message = MembershipUpdated(
      envelope: Envelope(eventID: makeID(), timestamp: now), added: added.map { draft.member($0) },
      removed: removed.map { MemberDevice(id: $0) })
    draft.send(OutboundMessage(topic: NodeTopic.membershipUpdated(node: node).description, payload: message.encoded))
  }

  // MARK: Helpers

  private func decoded<Message>(
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

  private func refusal(
    _ topic: DeviceTopic, _ subject: DeviceTopic.Subject, _ message: InboundMessage, _ refusal: Refusal, now: Int64
  ) -> OutboundMessage {
    let answer = TwinUpdateResult(envelope: Envelope(eventID: message.eventID, timestamp: now), twins: [:], refusal: refusal)
    return OutboundMessage(DeviceTopic(topic.address, subject), answer.encoded)
  }

  /// The device that an address means: the old shape the one in `default`, else the only one of that name.
  private func resolve(_ address: DeviceAddress, in draft: MetaDraft) -> Result<DeviceID, Refusal> {
    let unknown = Refusal(code: 404, reason: "update rejected due to the device is not existed: \(address)")
    switch address {
    case .namespaced(let id): return draft.twin(id) == nil ? .failure(unknown) : .success(id)
    case .named(let name):
      let id = DeviceID(name: name)
      if draft.twin(id) != nil { return .success(id) }
      let namesakes = draft.deviceIDs.filter { $0.name == name }
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

  private func isKnownByName(_ id: DeviceID, in draft: MetaDraft) -> Bool {
    id.namespace == "default" || resolve(.named(id.name), in: draft) == .success(id)
  }
}

extension MetaDraft {
  fileprivate func member(_ id: DeviceID) -> MemberDevice {
    let twin = twin(id)
    let labels = object(ObjectKey(kind: .device, namespace: id.namespace, name: id.name))?.labels
    return MemberDevice(
      id: id, description: labels?["description"], state: twin?.state, lastOnline: twin?.lastOnline.map(Timestamp.rfc3339))
  }
}
