import Synchronization

/// Answers as a recording did.
final class ReplayResponder: SlaveResponder {
  /// A request as it is looked up.
  private struct Key: Hashable {
    var unit: UInt8
    var pdu: [UInt8]
  }

  /// What came back to one request.
  private struct Answer {
    /// The pieces with the time since the request, in microseconds; none when nothing answered.
    var pieces: [(delay: UInt64, bytes: [UInt8])]
    /// The request's transaction.
    var transaction: UInt16
  }

  private struct State {
    var positions: [Key: Int] = [:]
    var unrecorded = 0
  }

  private let framing: ModbusFraming
  private let speed: Double
  private let answers: [Key: [Answer]]
  private let state = Mutex(State())

  init(_ recording: WireRecording, speed: Double) {
    framing = recording.framing
    self.speed = speed
    var answers: [Key: [Answer]] = [:]
    var asked: (key: Key, time: UInt64)?
    for entry in recording.entries {
      switch entry.direction {
      case .out:
        asked = nil
        // What the client sent broken, nobody can ask again.
        guard let frame = WireFrame(decoding: entry.bytes, framing: recording.framing) else { continue }
        let key = Key(unit: frame.unit, pdu: frame.pdu)
        answers[key, default: []].append(Answer(pieces: [], transaction: frame.transaction))
        asked = (key, entry.time)
      case .in:
        guard let (key, time) = asked, let last = answers[key]?.indices.last else { continue }
        answers[key]?[last].pieces.append((entry.time - time, entry.bytes))
      }
    }
    self.answers = answers
  }

  /// Requests that the recording hasn't.
  var unrecorded: Int { state.withLock { $0.unrecorded } }

  func hasUnit(_ unit: UInt8) -> Bool { true }

  func respond(to frame: WireFrame, framing: ModbusFraming) -> SlaveAnswer {
    let key = Key(unit: frame.unit, pdu: frame.pdu)
    let answer = state.withLock { state -> Answer? in
      guard let all = answers[key] else {
        state.unrecorded += 1
        return nil
      }
      let position = state.positions[key, default: 0]
      state.positions[key] = min(position + 1, all.count - 1)
      return all[position]
    }
    guard let answer else {
      let isBroadcast = framing.isRTU && frame.unit == 0
      return isBroadcast ? .silence : .pdu([(frame.pdu.first ?? 0) | 0x80, ModbusExceptionCode.illegalDataAddress.rawValue], after: 0)
    }
    return replay(answer, to: frame, framing: framing)
  }

  private func replay(_ answer: Answer, to request: WireFrame, framing: ModbusFraming) -> SlaveAnswer {
    guard let last = answer.pieces.last else { return .silence }
    let whole = answer.pieces.flatMap(\.bytes)
    if let frame = WireFrame(decoding: whole, framing: self.framing), frame.unit == request.unit, !frame.pdu.isEmpty,
      frame.transaction == answer.transaction, answer.pieces.count == 1 || framing != self.framing
    {
      return .pdu(frame.pdu, after: scaled(last.delay))
    }
    // Not a plain answer: its bytes, with their timing. Only the transaction is moved, by as much as the request's.
    var actions: [WireAction] = []
    var time: UInt64 = 0
    for (index, piece) in answer.pieces.enumerated() {
      var bytes = piece.bytes
      let isBeginning = index == 0 || WireFrame(decoding: bytes, framing: .tcp) != nil
      if isBeginning, self.framing == .tcp, framing == .tcp, bytes.count >= 2 {
        let moved = bytes.word(0) &- answer.transaction &+ request.transaction
        bytes.replaceSubrange(0..<2, with: [UInt8(truncatingIfNeeded: moved >> 8), UInt8(truncatingIfNeeded: moved)])
      }
      let delay = scaled(piece.delay)
      if delay > time { actions.append(.pause(microseconds: delay - time)) }
      time = max(time, delay)
      actions.append(.send(bytes))
    }
    return .raw(actions)
  }

  private func scaled(_ delay: UInt64) -> UInt64 { UInt64(Double(delay) / speed) }
}
