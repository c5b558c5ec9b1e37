internal import CModbus
internal import Glibc

/// Speaks Modbus over one line, one request at a time, blocking.
///
/// It isn't `Sendable`: use it from the thread of its bus, or share it in a `Mutex`.
///
/// An answer is believed only when all that the wire says about it fits the request. After anything else the line is
/// heard out until it is silent, or the connection made anew, before the next request goes out, so that no late answer
/// is taken for the next one's.
public final class ModbusClient {
  /// The line.
  public let line: ModbusLine
  /// How long things may take; may be another for each request, as units of one line differ.
  public var timing: ModbusTiming
  /// Sees each frame.
  let tap: WireTap?
  /// The open line.
  var handle: ModbusHandle?
  /// The last transaction on Modbus TCP.
  private var transaction: UInt16 = 0
  /// Whether something may still come that belongs to no request to come.
  var isDoubtful = false
  /// When the next request may go out, in microseconds.
  var earliestSend = Int64.min
  /// Until when an answer may still come from units that haven't answered in time.
  var lateUntil: [UInt8: Int64] = [:]

  /// Answers that units still owe, on lines whose frames have no transactions.
  var debts: [UInt8: Debt] = [:]

  /// A client, not yet connected.
  public init(line: ModbusLine, timing: ModbusTiming = ModbusTiming(), tap: WireTap? = nil) {
    self.line = line
    self.timing = timing
    self.tap = tap
  }

  /// Connects, or opens the port; does nothing when that is done.
  ///
  /// A host name is resolved here, and each of its addresses tried, for up to the response timeout or a second each,
  /// whichever is longer.
  ///
  /// - Throws: ``ModbusError`` with a code such as ``ModbusError/Code/notConnected`` or
  ///   ``ModbusError/Code/portInUse``, naming the line and what to do.
  public func open() throws(ModbusError) {
    guard handle == nil else { return }
    handle = try ModbusHandle.open(line, timeout: max(timing.responseTimeout, 1000))
    earliestSend = MonotonicTime.now + Int64(timing.pauseAfterConnect) * 1000
  }

  /// Ends the connection; ``send(_:to:)`` makes it anew.
  public func close() { handle = nil }

  /// Sends a request and waits for its answer; connects before where that is needed.
  ///
  /// Unit 0 on a serial line is all units: none answers, so only writes can be sent to it.
  ///
  /// - Throws: ``ModbusError``: the unit's exception, ``ModbusError/Code/timeout`` after at most the response timeout and
  ///   the time the frames take on the line, or why there is no believable answer.
  public func send(_ request: ModbusRequest, to unit: UInt8) throws(ModbusError) -> ModbusResponse {
    if unit == 0 && line.isRTU, !request.isWrite {
      throw ModbusError(.invalidRequest, "can't \(request) from unit 0: on a serial line that is all units, and none answers")
    }
    if line.isRTU, debts[unit] != nil { try settleDebt(of: unit, before: request) }
    return try exchange(request, with: unit)
  }

  /// Sends a request and waits for its answer, whatever the unit owes.
  func exchange(_ request: ModbusRequest, with unit: UInt8) throws(ModbusError) -> ModbusResponse {
    let pdu = try request.pdu()
    let isBroadcast = unit == 0 && line.isRTU
    let handle = try ready(for: unit)
    transaction &+= 1
    let frame =
      line.isRTU
      ? RTUFrame(unit: unit, pdu: pdu).bytes : MBAPFrame(transaction: transaction, unit: unit, pdu: pdu).bytes
    do {
      tap?(.sent, unit, frame, MonotonicTime.now)
      let exchange = Exchange(
        request: request, unit: unit, transaction: transaction, start: MonotonicTime.now + line.time(ofCharacters: frame.count))
      try transmit(frame, unit, pdu, on: handle)
      guard !isBroadcast else {
        // The specification's turnaround delay: the units need time to do what none confirms.
        earliestSend = exchange.start + 100_000
        return .written
      }
      let answer = try receive(exchange, on: handle)
      earliestSend = MonotonicTime.now + Int64(timing.pauseBetweenRequests) * 1000
      return try request.decode(answer: answer)
    } catch {
      settle(after: error, unit)
      if error.code == .timeout, line.isRTU { debts[unit, default: Debt()].add(request) }
      throw error
    }
  }

  /// Decides after a failure what has to be done before the next request.
  private func settle(after error: ModbusError, _ unit: UInt8) {
    switch error.code {
    case .connectionLost:
      handle = nil
      isDoubtful = line.isRTU
    case .timeout:
      isDoubtful = true
      lateUntil[unit] = MonotonicTime.now + Int64(timing.responseTimeout) * 1000
    case .invalidAnswer, .invalidCRC, .noSilence:
      isDoubtful = true
    default: break
    }
  }
}
