/// `twin/update/result` for those who know what they sent: whether it was taken, without what it changed.
///
/// An answer repeats all that changed; reading that costs a mapper more than it took to send it.
public struct TwinUpdateReceipt: Sendable, Hashable {
  /// The update's `event_id`, and when it was answered.
  public let envelope: Envelope
  /// Why the update, or some of its properties, were refused.
  public let refusal: Refusal?

  /// Reads an answer.
  ///
  /// - Throws: ``MessageError``.
  public init(decoding payload: [UInt8]) throws(MessageError) {
    let object = try Envelope.object(of: payload, passingOver: "twin")
    envelope = try Envelope(object)
    refusal = Refusal(object)
  }
}
