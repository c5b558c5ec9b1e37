import JSON

/// `twin/update/result`: the answer to an update, sent when what it changed is stored.
public struct TwinUpdateResult: Sendable, Hashable {
  /// The update's `event_id`, and when it was answered.
  public var envelope: Envelope
  /// What changed; `nil` for a property that was deleted.
  public var twins: [String: Twin?]
  /// Why the update, or some of its properties, were refused.
  public var refusal: Refusal?

  /// An answer.
  public init(envelope: Envelope, twins: [String: Twin?], refusal: Refusal? = nil) {
    self.envelope = envelope
    self.twins = twins
    self.refusal = refusal
  }

  /// Reads an answer.
  ///
  /// - Throws: ``MessageError``.
  public init(decoding payload: [UInt8]) throws(MessageError) {
    let object = try Envelope.object(of: payload)
    envelope = try Envelope(object)
    refusal = Refusal(object)
    twins = try TwinMap.decode(object[ignoringCase: "twin"])
  }

  /// The message: KubeEdge's shape, `twin` on success, `code` and `reason` on refusal, all of them where some
  /// properties were taken and others refused.
  public var encoded: [UInt8] {
    var writer = JSONWriter(reserving: 128 + 160 * twins.count)
    writer.envelope(envelope.eventID, envelope.timestamp)
    refusal?.write(to: &writer)
    if refusal == nil || !twins.isEmpty {
      writer.raw(",\"twin\":")
      writer.twins(twins)
    }
    writer.raw("}")
    return writer.bytes
  }
}
