import JSON

/// Whether edgecore, or a mapper, is there: retained, and the MQTT will of whoever sent it.
public struct PeerStatus: Sendable, Hashable {
  /// Another one at each start, so that a restart shows.
  public var envelope: Envelope
  /// Whether the sender is there.
  public var isOnline: Bool
  /// The node a mapper runs on.
  public var node: String?
  /// The protocol a mapper's driver speaks: with the node it says which devices are the mapper's.
  public var protocolName: String?

  /// How often a mapper that is there says so, in milliseconds.
  public var heartbeat: Int64?

  /// A status.
  public init(envelope: Envelope, isOnline: Bool, node: String? = nil, protocolName: String? = nil, heartbeat: Int64? = nil) {
    self.envelope = envelope
    self.isOnline = isOnline
    self.node = node
    self.protocolName = protocolName
    self.heartbeat = heartbeat
  }

  /// Reads a status.
  ///
  /// - Throws: ``MessageError``.
  public init(decoding payload: [UInt8]) throws(MessageError) {
    let object = try Envelope.object(of: payload)
    envelope = try Envelope(object)
    isOnline = object["state"]?.string == "online"
    node = object["node"]?.string
    protocolName = object["protocol"]?.string
    heartbeat = object["heartbeat"]?.integer
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
    if let protocolName {
      writer.raw(",\"protocol\":")
      writer.string(protocolName)
    }
    if let heartbeat {
      writer.raw(",\"heartbeat\":")
      writer.integer(heartbeat)
    }
    writer.raw("}")
    return writer.bytes
  }
}
