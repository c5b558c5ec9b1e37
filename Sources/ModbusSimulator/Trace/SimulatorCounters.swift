/// What a simulator counted since it began.
public struct SimulatorCounters: Sendable, Hashable {
  /// Requests that were complete and intact.
  public var requests = 0
  /// Requests by unit.
  public var requestsByUnit: [UInt8: Int] = [:]
  /// Requests by function code.
  public var requestsByFunction: [UInt8: Int] = [:]
  /// Answers that were handed to the system, exceptions among them.
  public var answers = 0
  /// Answers that were exceptions.
  public var exceptions = 0
  /// Requests that met a fault.
  public var faults = 0
  /// Requests that came while the answer to an earlier one on the same connection was still due.
  public var overlaps = 0
  /// Requests for units that don't exist.
  public var unknownUnits = 0
  /// Times that bytes were no request: a wrong checksum or a cut frame on RTU, a wrong header on TCP.
  public var framingErrors = 0
  /// Times that a client on a paced line began to send before it had been silent for 3.5 characters.
  public var silenceViolations = 0
  /// Bytes that clients sent.
  public var bytesReceived = 0
  /// Bytes that were sent to clients.
  public var bytesSent = 0
  /// Connections that are open now; an open serial line is one.
  public var openConnections = 0
  /// Connections that were ever open.
  public var totalConnections = 0
  /// On a paced line: how long characters were on the wire, in microseconds, both ways.
  public var characterMicroseconds: UInt64 = 0
  /// On a paced line: the silences of 3.5 characters after the frames, in microseconds.
  public var silenceMicroseconds: UInt64 = 0

  /// No counts.
  public init() {}
}
