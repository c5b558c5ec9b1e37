/// What a unit is asked, by the functions of MODBUS Application Protocol V1.1b3.
public enum ModbusRequest: Sendable, Hashable {
  /// Function 1: 1 to 2,000 coils.
  case readCoils(address: UInt16, quantity: Int)
  /// Function 2: 1 to 2,000 discrete inputs.
  case readDiscreteInputs(address: UInt16, quantity: Int)
  /// Function 3: 1 to 125 holding registers.
  case readHoldingRegisters(address: UInt16, quantity: Int)
  /// Function 4: 1 to 125 input registers.
  case readInputRegisters(address: UInt16, quantity: Int)
  /// Function 5: one coil.
  case writeSingleCoil(address: UInt16, value: Bool)
  /// Function 6: one holding register.
  case writeSingleRegister(address: UInt16, value: UInt16)
  /// Function 15: 1 to 1,968 coils.
  case writeMultipleCoils(address: UInt16, values: [Bool])
  /// Function 16: 1 to 123 holding registers.
  case writeMultipleRegisters(address: UInt16, values: [UInt16])
  /// Function 22: a holding register becomes `(old & and) | (or & ~and)`.
  case maskWriteRegister(address: UInt16, and: UInt16, or: UInt16)
  /// Function 23: writes 1 to 121 holding registers, then reads 1 to 125.
  case readWriteMultipleRegisters(readAddress: UInt16, quantity: Int, writeAddress: UInt16, values: [UInt16])
  /// Function 43, type 14: identification objects from `objectID` on; code 1 basic, 2 regular, 3 extended, 4 one object.
  case readDeviceIdentification(code: UInt8, objectID: UInt8)

  /// The function's code.
  public var function: UInt8 {
    switch self {
    case .readCoils: 0x01
    case .readDiscreteInputs: 0x02
    case .readHoldingRegisters: 0x03
    case .readInputRegisters: 0x04
    case .writeSingleCoil: 0x05
    case .writeSingleRegister: 0x06
    case .writeMultipleCoils: 0x0F
    case .writeMultipleRegisters: 0x10
    case .maskWriteRegister: 0x16
    case .readWriteMultipleRegisters: 0x17
    case .readDeviceIdentification: 0x2B
    }
  }

  /// Whether it changes something in the unit.
  public var isWrite: Bool {
    switch self {
    case .readCoils, .readDiscreteInputs, .readHoldingRegisters, .readInputRegisters, .readDeviceIdentification: false
    case .writeSingleCoil, .writeSingleRegister, .writeMultipleCoils, .writeMultipleRegisters, .maskWriteRegister,
      .readWriteMultipleRegisters:
      true
    }
  }
}

extension ModbusRequest: CustomStringConvertible {
  /// The request for people, for instance `read 12 holding registers from 40`.
  public var description: String {
    switch self {
    case .readCoils(let address, let quantity): Self.read(quantity, "coil", address)
    case .readDiscreteInputs(let address, let quantity): Self.read(quantity, "discrete input", address)
    case .readHoldingRegisters(let address, let quantity): Self.read(quantity, "holding register", address)
    case .readInputRegisters(let address, let quantity): Self.read(quantity, "input register", address)
    case .writeSingleCoil(let address, let value): "write \(value ? "on" : "off") to coil \(address)"
    case .writeSingleRegister(let address, let value): "write \(value) to holding register \(address)"
    case .writeMultipleCoils(let address, let values): Self.write(values.count, "coil", address)
    case .writeMultipleRegisters(let address, let values): Self.write(values.count, "holding register", address)
    case .maskWriteRegister(let address, _, _): "change bits of holding register \(address)"
    case .readWriteMultipleRegisters(let readAddress, let quantity, let writeAddress, let values):
      "\(Self.write(values.count, "holding register", writeAddress)) and \(Self.read(quantity, "holding register", readAddress))"
    case .readDeviceIdentification(let code, let objectID): "read the identification (code \(code), from object \(objectID))"
    }
  }

  private static func read(_ quantity: Int, _ what: String, _ address: UInt16) -> String {
    quantity == 1 ? "read \(what) \(address)" : "read \(quantity) \(what)s from \(address)"
  }

  private static func write(_ quantity: Int, _ what: String, _ address: UInt16) -> String {
    quantity == 1 ? "write \(what) \(address)" : "write \(quantity) \(what)s from \(address)"
  }
}
