/// What a unit answered to a ``ModbusRequest``, checked against it.
public enum ModbusResponse: Sendable, Hashable {
  /// Coils or discrete inputs, as many as were asked for.
  case bits([Bool])
  /// Registers, as many as were asked for.
  case registers([UInt16])
  /// The unit confirmed what was written; of a broadcast, that it was sent.
  case written
  /// Some of the unit's identification.
  case identification(ModbusIdentityPage)
}
