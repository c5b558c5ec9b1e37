import JSON

/// A device as membership messages list it.
public struct MemberDevice: Sendable, Hashable {
  /// Which device.
  public var id: DeviceID
  /// What it is, in words.
  public var description: String?
  /// The state its mapper told last.
  public var state: String?
  /// When it was last reached, RFC 3339, UTC.
  public var lastOnline: String?
  /// What the cloud says of it beside its twin.
  public var attributes: [String: DeviceAttribute]
  /// Its twin, where a message shows that.
  public var twins: [String: Twin]

  /// A device.
  public init(
    id: DeviceID, description: String? = nil, state: String? = nil, lastOnline: String? = nil, attributes: [String: DeviceAttribute] = [:],
    twins: [String: Twin] = [:]
  ) {
    self.id = id
    self.description = description
    self.state = state
    self.lastOnline = lastOnline
    self.attributes = attributes
    self.twins = twins
  }

  func write(to writer: inout JSONWriter) {
    writer.raw("{\"id\":")
    writer.string(id.description)
    writer.raw(",\"name\":")
    writer.string(id.name)
    for (key, value) in [("description", description), ("state", state), ("last_online", lastOnline)] {
      guard let value, !value.isEmpty else { continue }
      writer.raw(",")
      writer.string(key)
      writer.raw(":")
      writer.string(value)
    }
    if !attributes.isEmpty {
      writer.raw(",\"attributes\":")
      writer.attributes(attributes)
    }
    if !twins.isEmpty {
      writer.raw(",\"twin\":")
      writer.members(twins) { twin, writer in twin.write(to: &writer) }
    }
    writer.raw("}")
  }
}

/// `membership/get/result`: the devices of the node, without their twins.
public struct MembershipGetResult: Sendable, Hashable {
  /// The question's `event_id`, and when it was answered.
  public var envelope: Envelope
  /// The devices, or why there is no list.
  public var outcome: Result<[MemberDevice], Refusal>

  /// An answer.
  public init(envelope: Envelope, outcome: Result<[MemberDevice], Refusal>) {
    self.envelope = envelope
    self.outcome = outcome
  }

  /// The message.
  public var encoded: [UInt8] {
    var writer = JSONWriter(reserving: 1024)
    writer.envelope(envelope.eventID, envelope.timestamp)
    switch outcome {
    case .success(let devices):
      writer.raw(",\"devices\":")
      writer.devices(devices)
    case .failure(let refusal): refusal.write(to: &writer)
    }
    writer.raw("}")
    return writer.bytes
  }
}

/// `membership/updated`: devices that came or went.
public struct MembershipUpdated: Sendable, Hashable {
  /// An id of its own, and when it was sent.
  public var envelope: Envelope
  /// Devices that are new.
  public var added: [MemberDevice]
  /// Devices that are gone.
  public var removed: [MemberDevice]

  /// A change of the membership.
  public init(envelope: Envelope, added: [MemberDevice] = [], removed: [MemberDevice] = []) {
    self.envelope = envelope
    self.added = added
    self.removed = removed
  }

  /// The message; an empty list is `null`, as KubeEdge has it.
  public var encoded: [UInt8] {
    var writer = JSONWriter(reserving: 512)
    writer.envelope(envelope.eventID, envelope.timestamp)
    writer.raw(",\"added_devices\":")
    if added.isEmpty { writer.raw("null") } else { writer.devices(added) }
    writer.raw(",\"removed_devices\":")
    if removed.isEmpty { writer.raw("null") } else { writer.devices(removed) }
    writer.raw("}")
    return writer.bytes
  }
}

extension JSONWriter {
  fileprivate mutating func devices(_ devices: [MemberDevice]) {
    raw("[")
    for (index, device) in devices.enumerated() {
      if index > 0 { raw(",") }
      device.write(to: &self)
    }
    raw("]")
  }
}
