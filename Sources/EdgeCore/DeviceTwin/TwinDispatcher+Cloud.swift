import TwinProtocol

/// What the cloud and the edge tell each other.
extension TwinDispatcher {
  /// Handles what the cloud tells of devices.
  package func handle(_ request: CloudRequest, draft: inout MetaDraft, now: Int64) {
    do throws(MessageError) {
      switch request.subject {
      case .membership:
        let membership = try CloudMembership(decoding: request.content)
        take(membership, removing: membership.removed, draft: &draft, now: now)
      case .membershipDetail:
        let membership = try CloudMembership(decoding: request.content)
        let listed = Set(membership.devices.map(\.id))
        // One entry that can't be read may be any device.
        let gone = membership.malformed.isEmpty ? draft.deviceIDs.filter { !listed.contains($0) } : []
        take(membership, removing: gone, draft: &draft, now: now)
      case .twinUpdated(let id):
        let update = try TwinUpdate(decoding: request.content, readingVersions: true)
        guard draft.twin(id) != nil else { throw MessageError(problem: "the device \(id) isn't known") }
        apply(update, to: id, draft: &draft, now: now)
      case .attributes(let id):
        let update = try AttributesUpdate(decoding: request.content)
        guard draft.twin(id) != nil else { throw MessageError(problem: "the device \(id) isn't known") }
        apply(update, isWhole: false, to: id, draft: &draft, now: now)
      }
    } catch {
      draft.note("a message of the cloud passed over: \(error)")
    }
  }

  /// Tells the cloud what was changed here.
  func tellCloud(_ twins: [String: Twin], of id: DeviceID, draft: inout MetaDraft, now: Int64) {
    guard !twins.isEmpty else { return }
    let update = TwinUpdate(envelope: Envelope(eventID: makeID(), timestamp: now), twins: twins)
    draft.tellCloud(CloudMessage(.twinUpdated(id), content: update.encoded))
  }

  /// Hands on what an application published for the cloud.
  func upload(_ message: InboundMessage, from topic: String, draft: inout MetaDraft) {
    guard tellsCloud, case .payload(let payload) = message.content else { return }
    draft.tellCloud(CloudMessage(.upload(topic), content: payload))
  }

  private func take(_ membership: CloudMembership, removing gone: [DeviceID], draft: inout MetaDraft, now: Int64) {
    for problem in membership.malformed { draft.note("a device of the cloud passed over: \(problem)") }
    var added: [(id: DeviceID, twin: TwinUpdate?)] = []
    for entry in membership.devices {
      let known = draft.twin(entry.id)
      var twin = known ?? DeviceTwinState()
      twin.description = entry.description ?? twin.description
      if known == nil {
        twin.state = entry.state
        added.append((entry.id, entry.twin))
      }
      if twin != known { draft.put(twin, of: entry.id, isUrgent: true) }
      // A new device's twin is told before its attributes, a known one's after them, as KubeEdge does.
      if known != nil { apply(entry.attributes, isWhole: true, to: entry.id, draft: &draft, now: now) }
      if let update = entry.twin { apply(update, to: entry.id, draft: &draft, now: now) }
      if known == nil { apply(entry.attributes, isWhole: true, to: entry.id, draft: &draft, now: now) }
    }
    let removed = gone.filter { id in
      // What was applied here isn't the cloud's to remove.
      draft.twin(id) != nil && draft.object(ObjectKey(kind: .device, namespace: id.namespace, name: id.name)) == nil
    }
    for id in removed { draft.removeTwin(of: id) }
    guard !added.isEmpty || !removed.isEmpty else { return }
    let members = added.map { id, update in
      var member = draft.member(id)
      member.twins = (update?.twins ?? [:]).compactMapValues { $0?.withoutVersions }
      return member
    }
    send(added: members, removed: removed, draft: &draft, now: now)
  }

  private func apply(_ update: TwinUpdate, to id: DeviceID, draft: inout MetaDraft, now: Int64) {
    guard var twin = draft.twin(id) else { return }
    let wishes = twin.wishes
    let outcome = twin.apply(cloud: update, now: now, deltaID: makeID())
    if outcome.isChanged { draft.put(twin, of: id, isUrgent: true) }
    for problem in outcome.problems { draft.note("\(id): the cloud's \(problem)") }
    if twin.wishes != wishes { draft.touch(ObjectKey(kind: .device, namespace: id.namespace, name: id.name)) }
    if let document = outcome.document {
      draft.record(ValueChange.changes(in: document), of: id)
      sendUnasked(.twinUpdateDocument, document.encoded, to: id, draft: &draft)
    }
    if let delta = outcome.delta { send(delta, to: id, draft: &draft) }
    if tellsCloud { tellCloud(outcome.sync, of: id, draft: &draft, now: now) }
  }

  private func apply(_ update: AttributesUpdate, isWhole: Bool, to id: DeviceID, draft: inout MetaDraft, now: Int64) {
    guard var twin = draft.twin(id) else { return }
    for problem in update.malformed.values { draft.note("\(id): the cloud's \(problem)") }
    let changes = twin.apply(update, isWhole: isWhole)
    guard !changes.isEmpty else { return }
    draft.put(twin, of: id, isUrgent: true)
    let message = AttributesUpdate(envelope: Envelope(eventID: update.envelope.eventID, timestamp: now), attributes: changes)
    sendUnasked(.updated, message.encoded, to: id, draft: &draft)
  }
}

extension Twin {
  fileprivate var withoutVersions: Twin {
    var twin = self
    (twin.expectedVersion, twin.actualVersion) = (nil, nil)
    return twin
  }
}
