import JSON

/// `twin/get` and `membership/get`: a question without content.
public struct GetRequest: Sendable, Hashable {
  /// Names the question.
  public var envelope: Envelope

  /// Reads a question.
  ///
  /// - Throws: ``MessageError``.
  public init(decoding payload: [UInt8]) throws(MessageError) {
    envelope = try Envelope(Envelope.object(of: payload))
  }
}

/// `twin/get/result`: a device's twin.
public struct TwinGetResult: Sendable, Hashable {
  /// The question's `event_id`, and when it was answered.
  public var envelope: Envelope
  /// Every property, or why there is none.
  public var outcome: Result<[String: Twin], Refusal>

  /// An answer.
  public init(envelope: Envelope, outcome: Result<[String: Twin], Refusal>) {
    self.envelope = envelope
    self.outcome = outcome
  }

  /// Reads an answer.
  ///
  /// - Throws: ``MessageError``.
  public init(decoding payload: [UInt8]) throws(MessageError) {
    let object = try Envelope.object(of: payload)
    envelope = try Envelope(object)
    if let refusal = Refusal(object) {
      outcome = .failure(refusal)
    } else {
      outcome = .success(try TwinMap.decode(object[ignoringCase: "twin"]).compactMapValues { $0 })
    }
  }

  /// The message.
  public var encoded: [UInt8] {
    var writer = JSONWriter(reserving: 1024)
    writer.envelope(envelope.eventID, envelope.timestamp)
    switch outcome {
    case .success(let twins):
      writer.raw(",\"twin\":")
      writer.twins(twins)
    case .failure(let refusal): refusal.write(to: &writer)
    }
    writer.raw("}")
    return writer.bytes
  }
}
