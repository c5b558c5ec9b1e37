import JSON

/// `twin/update/document`: what an update changed, before and after.
public struct TwinDocument: Sendable, Hashable {
  /// A property before and after; `nil` where it didn't, or doesn't, exist.
  public struct Change: Sendable, Hashable {
    /// Before.
    public var last: Twin?
    /// After.
    public var current: Twin?

    /// A change.
    public init(last: Twin?, current: Twin?) {
      self.last = last
      self.current = current
    }
  }

  /// The update's `event_id`, and when it was applied.
  public var envelope: Envelope
  /// What changed, by property.
  public var changes: [String: Change]

  /// A document.
  public init(envelope: Envelope, changes: [String: Change]) {
    self.envelope = envelope
    self.changes = changes
  }

  /// The message.
  public var encoded: [UInt8] {
    var writer = JSONWriter(reserving: 128 + 320 * changes.count)
    writer.envelope(envelope.eventID, envelope.timestamp)
    writer.raw(",\"twin\":")
    writer.members(changes) { change, writer in
      writer.raw("{\"last\":")
      if let last = change.last { last.write(to: &writer) } else { writer.raw("null") }
      writer.raw(",\"current\":")
      if let current = change.current { current.write(to: &writer) } else { writer.raw("null") }
      writer.raw("}")
    }
    writer.raw("}")
    return writer.bytes
  }
}
