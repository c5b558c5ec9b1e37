extension ModbusRequest {
  /// The request's protocol data unit: the function code and its data.
  ///
  /// - Throws: ``ModbusError/Code/invalidRequest`` when a quantity is none the function allows, or the addresses end
  ///   beyond 65535.
  public func pdu() throws(ModbusError) -> [UInt8] {
    switch self {
    case .readCoils(let address, let quantity), .readDiscreteInputs(let address, let quantity):
      try check(address, quantity, limit: 2000)
      return [function] + bytes(address) + bytes(UInt16(quantity))
    case .readHoldingRegisters(let address, let quantity), .readInputRegisters(let address, let quantity):
      try check(address, quantity, limit: 125)
      return [function] + bytes(address) + bytes(UInt16(quantity))
    case .writeSingleCoil(let address, let value):
      return [function] + bytes(address) + [value ? 0xFF : 0x00, 0x00]
    case .writeSingleRegister(let address, let value):
      return [function] + bytes(address) + bytes(value)
    case .writeMultipleCoils(let address, let values):
      try check(address, values.count, limit: 1968)
      var packed = [UInt8](repeating: 0, count: (values.count + 7) / 8)
      for (index, value) in values.enumerated() where value { packed[index / 8] |= 1 << UInt8(index % 8) }
      return [function] + bytes(address) + bytes(UInt16(values.count)) + [UInt8(packed.count)] + packed
    case .writeMultipleRegisters(let address, let values):
      try check(address, values.count, limit: 123)
      return [function] + bytes(address) + bytes(UInt16(values.count)) + [UInt8(values.count * 2)] + values.flatMap(bytes)
    case .maskWriteRegister(let address, let and, let or):
      return [function] + bytes(address) + bytes(and) + bytes(or)
    case .readWriteMultipleRegisters(let readAddress, let quantity, let writeAddress, let values):
      try check(readAddress, quantity, limit: 125)
      try check(writeAddress, values.count, limit: 121)
      return [function] + bytes(readAddress) + bytes(UInt16(quantity)) + bytes(writeAddress) + bytes(UInt16(values.count))
        + [UInt8(values.count * 2)] + values.flatMap(bytes)
    case .readDeviceIdentification(let code, let objectID):
      guard (1...4).contains(code) else {
        throw ModbusError(.invalidRequest, "there is no identification of code \(code): 1 basic, 2 regular, 3 extended, 4 one object")
      }
      return [function, 0x0E, code, objectID]
    }
  }

  /// How many bytes the answer's protocol data unit has; the most it may have where only the unit knows.
  public var answerLength: Int {
    switch self {
    case .readCoils(_, let quantity), .readDiscreteInputs(_, let quantity): 2 + (quantity + 7) / 8
    case .readHoldingRegisters(_, let quantity), .readInputRegisters(_, let quantity), .readWriteMultipleRegisters(_, let quantity, _, _):
      2 + quantity * 2
    case .writeSingleCoil, .writeSingleRegister, .writeMultipleCoils, .writeMultipleRegisters: 5
    case .maskWriteRegister: 7
    case .readDeviceIdentification: 253
    }
  }

  private func check(_ address: UInt16, _ quantity: Int, limit: Int) throws(ModbusError) {
    guard (1...limit).contains(quantity) else {
      throw ModbusError(.invalidRequest, "can't \(self): one request takes 1 to \(limit)")
    }
    guard Int(address) + quantity <= 0x1_0000 else {
      throw ModbusError(.invalidRequest, "can't \(self): the last address there is is 65535")
    }
  }

  private func bytes(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }
}
