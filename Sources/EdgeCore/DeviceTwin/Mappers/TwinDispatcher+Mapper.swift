import TwinProtocol

/// Mappers that come and go.
extension TwinDispatcher {
  /// A mapper is there or gone: the devices of its protocol on its node are its, unless another one came later. When it is gone
  /// nobody knows how they are: their values stay, but as uncertain ones.
  func take(_ message: InboundMessage, of mapper: String, draft: inout MetaDraft, now: Int64) {
    guard case .payload(let payload) = message.content, !payload.isEmpty, let status = try? PeerStatus(decoding: payload),
      let protocolName = status.protocolName
    else { return }
    for object in draft.objects(.device, namespace: nil) where object.nodeName == status.node {
      guard let id = object.key.deviceID, var twin = draft.twin(id), twin.protocolName == protocolName else { continue }
      let before = twin
      if status.isOnline {
        guard twin.mapper != mapper else { continue }
        twin.mapper = mapper
        draft.put(twin, of: id, isUrgent: false)
      } else if twin.mapper ?? mapper == mapper, twin.lose(because: "the mapper \(mapper) is gone", now: now) {
        draft.put(twin, of: id, isUrgent: true)
        draft.record(ValueChange.changes(from: before, to: twin, now: now), of: id)
      }
    }
  }
}
