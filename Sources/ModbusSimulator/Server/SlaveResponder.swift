/// What serves requests: a memory, or a recording.
protocol SlaveResponder: Sendable {
  /// The answer, with how long it takes in microseconds; a `nil` PDU is silence.
  func respond(to frame: WireFrame, framing: ModbusFraming) -> (pdu: [UInt8]?, delay: UInt64)
  /// Whether the unit is one that the responder has.
  func hasUnit(_ unit: UInt8) -> Bool
}

/// Serves a memory.
struct MemoryResponder: SlaveResponder {
  let memory: SlaveMemory

  func respond(to frame: WireFrame, framing: ModbusFraming) -> (pdu: [UInt8]?, delay: UInt64) {
    // On a serial line unit 0 is everybody: all do it, nobody answers.
    if framing.isRTU, frame.unit == 0 {
      for unit in memory.unitIdentifiers where unit != 0 { _ = memory.answer(to: frame.pdu, unit: unit) }
      return (nil, 0)
    }
    return (memory.answer(to: frame.pdu, unit: frame.unit), 0)
  }

  func hasUnit(_ unit: UInt8) -> Bool { memory.hasUnit(unit) }
}
