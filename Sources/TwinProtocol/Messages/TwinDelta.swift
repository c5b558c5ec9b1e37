import JSON

/// `twin/update/delta`: desired values that the device doesn't report yet.
public struct TwinDelta: Sendable, Hashable {
  /// An id of its own, and when it was sent.
  public var envelope: Envelope
  /// Every property that has a desired value.
  public var twins: [String: Twin]
  /// The desired values that differ from the reported ones.
  public var delta: [String: String]

  /// A delta.
  public init(envelope: Envelope, twins: [String: Twin], delta: [String: String]) {
    self.envelope = envelope
    self.twins = twins
    self.delta = delta
  }

  /// Reads a delta.
  ///
  /// - Throws: ``MessageError``.
  public init(decoding payload: [UInt8]) throws(MessageError) {
    let object = try Envelope.object(of: payload)
    envelope = try Envelope(object)
    twins = try TwinMap.decode(object[ignoringCase: "twin"]).compactMapValues { $0 }
    delta = [:]
    for (name, value) in object[ignoringCase: "delta"]?.object ?? [:] {
      guard let text = value.string else {
        throw MessageError(path: "delta.\(name)", problem: "expected a string, found \(value.kind)")
      }
      delta[name] = text
    }
  }

  /// The message.
  public var encoded: [UInt8] {
    var writer = JSONWriter(reserving: 128 + 200 * twins.count)
    writer.envelope(envelope.eventID, envelope.timestamp)
    writer.raw(",\"twin\":")
    writer.twins(twins)
    writer.raw(",\"delta\":{")
    var isFirst = true
    for (name, value) in delta.sorted(by: { $0.key < $1.key }) {
      if !isFirst { writer.raw(",") }
      isFirst = false
      writer.string(name)
      writer.raw(":")
      writer.string(value)
    }
    writer.raw("}}")
    return writer.bytes
  }
}
