/// How long things may take, and the pauses that some devices need.
public struct ModbusTiming: Sendable, Hashable {
  /// How long a unit may take until its answer begins, in milliseconds.
  public var responseTimeout: Int
  /// A pause after connecting, in milliseconds: some gateways drop what comes while they still set the connection up.
  public var pauseAfterConnect: Int
  /// A pause between an answer and the next request, in milliseconds, beyond the silence RTU asks for: some devices need
  /// it to return to listening.
  public var pauseBetweenRequests: Int

  /// Timing.
  public init(responseTimeout: Int = 1000, pauseAfterConnect: Int = 0, pauseBetweenRequests: Int = 0) {
    self.responseTimeout = responseTimeout
    self.pauseAfterConnect = pauseAfterConnect
    self.pauseBetweenRequests = pauseBetweenRequests
  }
}
