/// What a unit answered a read with.
public enum ModbusData: Sendable, Hashable {
  /// Registers.
  case registers([UInt16])
  /// Coils or discrete inputs.
  case bits([Bool])

  /// How many.
  public var count: Int {
    switch self {
    case .registers(let registers): registers.count
    case .bits(let bits): bits.count
    }
  }
}
