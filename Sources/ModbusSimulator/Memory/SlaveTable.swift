/// The four tables of a Modbus device (MODBUS Application Protocol V1.1b3, section 4.3).
public enum SlaveTable: String, Sendable, Hashable, CaseIterable {
  /// Single bits, read and written: function codes 1, 5 and 15.
  case coils
  /// Single bits, read only: function code 2.
  case discreteInputs
  /// Registers of 16 bits, read only: function code 4.
  case inputRegisters
  /// Registers of 16 bits, read and written: function codes 3, 6, 16, 22 and 23.
  case holdingRegisters

  /// Whether the table holds single bits.
  public var holdsBits: Bool { self == .coils || self == .discreteInputs }

  var index: Int {
    switch self {
    case .coils: 0
    case .discreteInputs: 1
    case .inputRegisters: 2
    case .holdingRegisters: 3
    }
  }
}
