/// Serves a recording as if the recorded slaves were there.
///
/// A request whose unit and PDU equal a recorded one is answered as that one was, after as long, wrong bytes and missing
/// answers too; only the transactions of TCP are those of the new request. Equal requests walk through their recorded
/// answers in order and then get the last one again and again. A request that was never recorded is answered with
/// exception 2, and counted.
public final class ReplayServer: Sendable {
  /// The simulator that serves it, with the requests, the counts and the faults.
  public let simulator: ModbusSimulator
  private let responder: ReplayResponder

  /// Begins to serve.
  ///
  /// - Parameters:
  ///   - recording: What is served. It may be served on another kind of bus than it was recorded on: whole answers are
  ///     framed anew then, others come with the bytes they were recorded with.
  ///   - endpoint: Where clients find it.
  ///   - speed: How much faster than recorded the answers come; `.infinity` is at once.
  ///   - options: Further behaviour; `unknownUnit` doesn't matter here.
  /// - Throws: ``SimulatorError`` when the port or line can't be opened.
  public init(
    _ recording: WireRecording, listen endpoint: SimulatorEndpoint, speed: Double = 1, options: SimulatorOptions = SimulatorOptions()
  ) throws(SimulatorError) {
    responder = ReplayResponder(recording, speed: speed > 0 ? speed : 1)
    simulator = try ModbusSimulator(responder: responder, listen: endpoint, options: options, faults: FaultInjector())
  }

  /// How many requests came that the recording hasn't.
  public var unrecordedRequests: Int { responder.unrecorded }

  /// The TCP port; 0 for a serial line.
  public var port: Int { simulator.port }

  /// Where a client opens the serial line; empty for TCP.
  public var path: String { simulator.path }

  /// Closes everything; returns when it is closed.
  public func stop() { simulator.stop() }
}
