import JSON

/// Whether edgecore, or a mapper, is there: retained, and the MQTT will of whoever sent it.
public struct PeerStatus: Sendable, Hashable {
  /// Another one at each start, so that a restart shows.
  public var envelope: Envelope
  /// Whether the sender is there.
  public var isOnline: Bool
  /// The node a mapper runs on.
  public var node: String?

  /// A status.
  public init(envelope: Envelope, isOnline: Bool, node: String? = nil) {
    self.envelope = envelope
    self.isOnline = isOnline
    self.node = node
  }

  /// Reads a status.
  ///
  /// - Throws: ``MessageError``.
  public init(decoding payload: [UInt8]) throws(MessageError) {
    let object = try Envelope.object(of: payload)
    envelope = try Envelope(object)
    isOnline = object["state"]?.string == "online"
    node = object["node"]?.string
  }

  /// The message.
  public var encoded: [UInt8] {
    var writer = JSONWriter(reserving: 160)
    writer.envelope(envelope.eventID, envelope.timestamp)
    writer.raw(isOnline ? ",\"state\":\"online\"" : ",\"state\":\"offline\"")
    if let node {
      writer.raw(",\"node\":")
      writer.string(node)
    }
    writer.raw("}")
    return writer.bytes
  }
}
