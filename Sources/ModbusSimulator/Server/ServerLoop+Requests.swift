extension ServerLoop {
  /// Answers a request, or does to it what its fault says.
  func serve(_ request: RequestDecoder.Request, on connection: Connection, at now: UInt64) {
    let frame = request.frame
    let framing = shared.endpoint.framing
    let fault = shared.faults.fault(unit: frame.unit, pdu: frame.pdu)
    var record = shared.log.begin(frame, at: now, connection: connection.id, fault: fault, isOverlapping: !connection.isIdle)
    let begin = arrival(of: request, on: connection, at: now)

    // What was held back comes before the answer to this request.
    for (bytes, sequence) in connection.late { enqueue([.send(bytes)], on: connection, from: begin, answering: sequence) }
    connection.late = []

    let thinking = UInt64(max(0, shared.options.turnaroundMilliseconds)) * 1_000
    switch answer(to: frame, framing: framing, fault: fault) {
    case .silence:
      break
    case .raw(let actions):
      enqueue([.pause(microseconds: thinking)] + actions, on: connection, from: begin, answering: record.sequence)
    case .pdu(let pdu, let delay):
      if pdu.count == 2, pdu[0] & 0x80 != 0 {
        let exception = ModbusExceptionCode(rawValue: pdu[1])
        record.exception = exception
        shared.log.note(record.sequence, exception: exception)
      }
      let script = WireScript(answering: frame, with: pdu, framing: framing, fault: fault, random: shared.faults.randomBytes)
      if let bytes = script.late { connection.late.append((bytes, record.sequence)) }
      if !script.actions.isEmpty {
        let actions = [.pause(microseconds: thinking + delay)] + script.actions
        enqueue(actions, on: connection, from: begin, answering: record.sequence)
      }
    }
    shared.options.onRequest?(record)
  }

  private func answer(to frame: WireFrame, framing: ModbusFraming, fault: Fault?) -> SlaveAnswer {
    switch fault {
    case .ignore:
      return .silence
    case .exception(let code):
      return .pdu([(frame.pdu.first ?? 0) | 0x80, code.rawValue])
    default:
      break
    }
    let isBroadcast = framing.isRTU && frame.unit == 0
    if !isBroadcast, !shared.responder.hasUnit(frame.unit) {
      shared.log.count { $0.unknownUnits += 1 }
      let behaviour = shared.options.unknownUnit ?? (framing == .tcp ? .exception(.gatewayTargetFailedToRespond) : .silent)
      guard case .exception(let code) = behaviour else { return .silence }
      return .pdu([(frame.pdu.first ?? 0) | 0x80, code.rawValue])
    }
    return shared.responder.respond(to: frame, framing: framing)
  }

  /// When the request was over as a slave sees it: at once, or on a paced line after its characters and the silence.
  private func arrival(of request: RequestDecoder.Request, on connection: Connection, at now: UInt64) -> UInt64 {
    guard let timing else { return now }
    let characters = timing.characters(request.length)
    let isTooEarly = connection.lineFreeAt > request.begunAt
    shared.log.count {
      if isTooEarly { $0.silenceViolations += 1 }
      $0.characterMicroseconds += characters
      $0.silenceMicroseconds += timing.silence
    }
    let over = request.begunAt + characters + timing.silence
    connection.lineFreeAt = over
    return over
  }

  private func enqueue(_ actions: [WireAction], on connection: Connection, from start: UInt64, answering sequence: Int) {
    var steps: [WireAction] = []
    var characters = 0
    for action in actions {
      if case .send(let bytes) = action, let timing {
        characters += bytes.count
        steps += timing.paced(bytes)
      } else {
        steps.append(action)
      }
    }
    // Noted just before the last bytes go, so that who has read them finds it noted.
    if let last = steps.lastIndex(where: { if case .send = $0 { true } else { false } }) {
      steps.insert(.answered(sequence), at: last)
    }
    connection.enqueue(steps, from: start)
    guard let timing, characters > 0 else { return }
    connection.lineFreeAt = connection.busyUntil + timing.silence
    shared.log.count {
      $0.characterMicroseconds += timing.characters(characters)
      $0.silenceMicroseconds += timing.silence
    }
  }
}
