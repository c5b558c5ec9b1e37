/// What is written to a unit.
public enum ModbusWrite: Sendable, Hashable {
  /// One coil, with function code 5.
  case coil(address: Int, value: Bool)
  /// Coils, with function code 15.
  case coils(address: Int, values: [Bool])
  /// One register, with function code 6.
  case register(address: Int, value: UInt16)
  /// Registers, with function code 16.
  case registers(address: Int, values: [UInt16])
  /// Bits of a register, with function code 22: the new value is `(old AND and) OR (or AND NOT and)`.
  ///
  /// Where a unit doesn't know it, or the device's configuration says never, the register is read, changed by
  /// ``masked(_:and:or:)`` and written back; with function code 16 if `writesMultiple`.
  case mask(address: Int, and: UInt16, or: UInt16, writesMultiple: Bool)

  /// What a mask makes of a register (MODBUS Application Protocol V1.1b3, section 6.16).
  public static func masked(_ register: UInt16, and: UInt16, or: UInt16) -> UInt16 { (register & and) | (or & ~and) }
}
