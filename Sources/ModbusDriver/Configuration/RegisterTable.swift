/// The four tables of a Modbus unit (MODBUS Application Protocol V1.1b3, section 4.3).
public enum RegisterTable: String, Sendable, Hashable, CaseIterable {
  /// Bits that can be read and written.
  case coil = "CoilRegister"
  /// Bits that can be read.
  case discreteInput = "DiscreteInputRegister"
  /// Registers of 16 bits that can be read.
  case input = "InputRegister"
  /// Registers of 16 bits that can be read and written.
  case holding = "HoldingRegister"

  /// The function code that reads the table.
  public var readFunction: UInt8 {
    switch self {
    case .coil: 1
    case .discreteInput: 2
    case .holding: 3
    case .input: 4
    }
  }

  /// Whether an address holds a bit, not a register.
  public var isBits: Bool { self == .coil || self == .discreteInput }

  /// Whether the protocol knows a way to write it.
  public var isWritable: Bool { self == .coil || self == .holding }

  /// How many bits or registers one request can read.
  public var readLimit: Int { isBits ? 2000 : 125 }

  /// How many bits or registers one request can write.
  public var writeLimit: Int { isBits ? 1968 : 123 }

  /// What an address of the table is called.
  var noun: String {
    switch self {
    case .coil: "coil"
    case .discreteInput: "discrete input"
    case .input: "input register"
    case .holding: "holding register"
    }
  }

  /// A table by one of its names, in any case: KubeEdge's, or the short one.
  init?(name: String) {
    switch name.lowercased() {
    case "coilregister", "coil": self = .coil
    case "discreteinputregister", "discreteinput": self = .discreteInput
    case "inputregister", "input": self = .input
    case "holdingregister", "holding": self = .holding
    default: return nil
    }
  }
}
