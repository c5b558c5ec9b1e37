import JSON

/// `data/update`: values of a device for applications on the node; edgecore doesn't take part in it.
///
/// KubeEdge's mappers publish it on `$ke/events/device/<device>/data/update` (mapper-framework, `pkg/common/event.go`).
public struct DataUpdate: Sendable, Hashable {
  /// Names the message.
  public var envelope: Envelope
  /// The properties, each with its reported value and type.
  public var twins: [String: Twin]

  /// A message.
  public init(envelope: Envelope, twins: [String: Twin]) {
    self.envelope = envelope
    self.twins = twins
  }

  /// The topic of a device's messages.
  public static func topic(of device: DeviceAddress) -> String { "$ke/events/device/\(device)/data/update" }

  /// The message.
  public var encoded: [UInt8] {
    var writer = JSONWriter(reserving: 128 + 120 * twins.count)
    writer.envelope(envelope.eventID, envelope.timestamp)
    writer.raw(",\"data\":{")
    var isFirst = true
    for (name, twin) in twins.sorted(by: { $0.key < $1.key }) {
      guard let actual = twin.actual else { continue }
      if !isFirst { writer.raw(",") }
      isFirst = false
      writer.string(name)
      writer.raw(":{\"value\":")
      writer.string(actual.value)
      writer.raw(",\"metadata\":{\"timestamp\":")
      writer.integer(actual.timestamp ?? envelope.timestamp)
      writer.raw(",\"type\":")
      writer.string(twin.type ?? "string")
      writer.raw("}}")
    }
    writer.raw("}}")
    return writer.bytes
  }
}
