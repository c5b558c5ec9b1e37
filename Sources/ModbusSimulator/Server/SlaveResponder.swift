/// What serves requests: a memory, or a recording.
protocol SlaveResponder: Sendable {
  /// The answer to a request.
  func respond(to frame: WireFrame, framing: ModbusFraming) -> SlaveAnswer
  /// Whether the unit is one that the responder has.
  func hasUnit(_ unit: UInt8) -> Bool
}

/// What a responder makes of a request.
enum SlaveAnswer: Sendable {
  /// Nothing is answered.
  case silence
  /// An answer, after so many microseconds.
  case pdu([UInt8], after: UInt64 = 0)
  /// Bytes as they are.
  case raw([WireAction])
}

/// Serves a memory.
struct MemoryResponder: SlaveResponder {
  let memory: SlaveMemory

  func respond(to frame: WireFrame, framing: ModbusFraming) -> SlaveAnswer {
    // On a serial line unit 0 is everybody: all do it, nobody answers.
    if framing.isRTU, frame.unit == 0 {
      for unit in memory.unitIdentifiers where unit != 0 { _ = memory.answer(to: frame.pdu, unit: unit) }
      return .silence
    }
    return memory.answer(to: frame.pdu, unit: frame.unit).map { .pdu($0) } ?? .silence
  }

  func hasUnit(_ unit: UInt8) -> Bool { memory.hasUnit(unit) }
}
