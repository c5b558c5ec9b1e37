import JSON

/// `state/update`: a mapper tells whether it reaches a device.
public struct StateUpdate: Sendable, Hashable {
  /// Names the message.
  public var envelope: Envelope
  /// `online`, `offline`, `ok`, `unknown`, `unhealthy` or `disconnected`, in any case.
  public var state: String
  /// Why the device isn't online, as a sentence. Ours; a KubeEdge core passes it over.
  public var reason: String?

  /// A state.
  public init(envelope: Envelope, state: String, reason: String? = nil) {
    self.envelope = envelope
    self.state = state
    self.reason = reason
  }

  /// Reads a state.
  ///
  /// - Throws: ``MessageError``.
  public init(decoding payload: [UInt8]) throws(MessageError) {
    let object = try Envelope.object(of: payload)
    envelope = try Envelope(object)
    guard let text = object[ignoringCase: "state"]?.string, !text.isEmpty else {
      throw MessageError(path: "state", problem: "the state is missing")
    }
    state = text
    reason = object[ignoringCase: "reason"]?.string
  }

  /// The message.
  public var encoded: [UInt8] {
    var writer = JSONWriter(reserving: 128)
    writer.envelope(envelope.eventID, envelope.timestamp)
    writer.raw(",\"state\":")
    writer.string(state)
    if let reason {
      writer.raw(",\"reason\":")
      writer.string(reason)
    }
    writer.raw("}")
    return writer.bytes
  }
}

/// `state/update/result`: the state as edgecore took it over, or why it didn't.
public struct StateUpdateResult: Sendable, Hashable {
  /// An id of its own, and when the state was taken over.
  public var envelope: Envelope
  /// The device's name.
  public var device: String
  /// The state as the mapper wrote it.
  public var state: String
  /// When the device was last reached.
  public var lastOnline: LastOnline?
  /// Why the state was refused; KubeEdge keeps silent then.
  public var refusal: Refusal?

  /// When a device was last reached, in the words of a KubeEdge release.
  public enum LastOnline: Sendable, Hashable {
    /// Since 1.17, `lastOnlineTime`: RFC 3339, UTC; only with the states `online` and `ok`.
    case time(String)
    /// Before, `last_online`: local time as `2006-01-02 15:04:05`.
    case localTime(String)
  }

  /// An answer.
  public init(envelope: Envelope, device: String, state: String, lastOnline: LastOnline? = nil, refusal: Refusal? = nil) {
    self.envelope = envelope
    self.device = device
    self.state = state
    self.lastOnline = lastOnline
    self.refusal = refusal
  }

  /// The message.
  public var encoded: [UInt8] {
    var writer = JSONWriter(reserving: 192)
    writer.envelope(envelope.eventID, envelope.timestamp)
    if let refusal {
      refusal.write(to: &writer)
    } else {
      writer.raw(",\"device\":{\"name\":")
      writer.string(device)
      writer.raw(",\"state\":")
      writer.string(state)
      switch lastOnline {
      case .time(let text):
        writer.raw(",\"lastOnlineTime\":")
        writer.string(text)
      case .localTime(let text):
        writer.raw(",\"last_online\":")
        writer.string(text)
      case nil: break
      }
      writer.raw("}")
    }
    writer.raw("}")
    return writer.bytes
  }
}
