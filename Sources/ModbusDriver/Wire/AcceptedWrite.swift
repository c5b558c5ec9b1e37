/// A write that a unit has accepted with exception 5 (acknowledge), and doesn't show yet.
///
/// MODBUS Application Protocol V1.1b3, section 7: the unit works on the request, and needs long for it. What the specification
/// names for finding out when it is done, "poll program complete", is defined nowhere, so the value is looked at.
struct AcceptedWrite: Sendable, Hashable {
  /// The unit.
  let unit: UInt8
  /// What was accepted.
  let write: ModbusWrite
  /// Until when it is waited for, in microseconds.
  let deadline: Int64

  /// Whether another write makes this one pointless.
  func isReplaced(by other: ModbusWrite, of unit: UInt8) -> Bool {
    guard unit == self.unit, other.span.overlaps(write.span) else { return false }
    // Other bits of the same register leave this one's alone.
    if case .mask(_, let and, _, _) = write, case .mask(_, let others, _, _) = other { return ~and & ~others != 0 }
    return true
  }

  /// Whether an answer to a read shows that it is done.
  func isShown(by data: ModbusData, from span: RegisterSpan, of unit: UInt8) -> Bool {
    unit == self.unit && span.contains(write.span) && write.isShown(by: data, at: write.span.start - span.start)
  }
}
