import TwinProtocol

/// Mappers that come and go.
extension TwinDispatcher {
  /// A mapper came or went. When it is gone nobody knows how its devices are: their values stay, but as uncertain ones.
  func take(_ message: InboundMessage, of mapper: String, draft: inout MetaDraft, now: Int64) {
    guard case .payload(let payload) = message.content, !payload.isEmpty, let status = try? PeerStatus(decoding: payload) else { return }
    draft.note("mapper \(mapper) is \(status.isOnline ? "there" : "gone")")
    guard !status.isOnline, let protocolName = status.protocolName else { return }
    for object in draft.objects(.device, namespace: nil) where object.nodeName == status.node {
      guard let id = object.key.deviceID, var twin = draft.twin(id), twin.protocolName == protocolName else { continue }
      let before = twin
      if twin.lose(because: "the mapper \(mapper) is gone", now: now) {
        draft.put(twin, of: id, isUrgent: true)
        draft.record(ValueChange.changes(from: before, to: twin, now: now), of: id)
      }
    }
  }
}
