extension PDUServer {
  /// Function codes 3 and 4.
  func readRegisters(_ pdu: [UInt8], _ table: SlaveTable) throws(ModbusExceptionCode) -> [UInt8] {
    try expectLength(pdu, 5)
    let range = try range(from: pdu.word(1), count: pdu.word(3), maximum: maximumRegisters(125))
    return try registers(pdu[0], table, range)
  }

  /// Function code 6.
  mutating func writeRegister(_ pdu: [UInt8]) throws(ModbusExceptionCode) -> [UInt8] {
    try expectLength(pdu, 5)
    let address = Int(pdu.word(1))
    try unit.checkWrite(.holdingRegisters, address..<(address + 1))
    try unit.write(.holdingRegisters, from: address, CollectionOfOne(pdu.word(3)))
    return pdu
  }

  /// Function code 16.
  mutating func writeRegisters(_ pdu: [UInt8]) throws(ModbusExceptionCode) -> [UInt8] {
    guard pdu.count >= 6 else { throw .illegalDataValue }
    let range = try range(
      from: pdu.word(1), count: pdu.word(3), maximum: maximumRegisters(123), bytes: pdu[5], per: { $0 * 2 }, in: pdu, at: 6)
    try unit.checkWrite(.holdingRegisters, range)
    try unit.write(.holdingRegisters, from: range.lowerBound, words(pdu, from: 6))
    return Array(pdu[0..<5])
  }

  /// Function code 22: `(current AND and-mask) OR (or-mask AND NOT and-mask)`.
  mutating func maskRegister(_ pdu: [UInt8]) throws(ModbusExceptionCode) -> [UInt8] {
    try expectLength(pdu, 7)
    let address = Int(pdu.word(1))
    let range = address..<(address + 1)
    try unit.checkWrite(.holdingRegisters, range)
    let current = try unit.read(.holdingRegisters, range)
    let and = pdu.word(3)
    let or = pdu.word(5)
    try unit.write(.holdingRegisters, from: address, current.map { $0 & and | or & ~and })
    return pdu
  }

  /// Function code 23: writes, then reads.
  mutating func readAndWriteRegisters(_ pdu: [UInt8]) throws(ModbusExceptionCode) -> [UInt8] {
    guard pdu.count >= 10 else { throw .illegalDataValue }
    let readCount = pdu.word(3)
    guard readCount >= 1, readCount <= maximumRegisters(125) else { throw .illegalDataValue }
    let written = try range(
      from: pdu.word(5), count: pdu.word(7), maximum: maximumRegisters(121), bytes: pdu[9], per: { $0 * 2 }, in: pdu, at: 10)
    let read = try range(from: pdu.word(1), count: readCount, maximum: maximumRegisters(125))
    // Both have to be possible before the first register changes.
    _ = try unit.read(.holdingRegisters, read)
    try unit.checkWrite(.holdingRegisters, written)
    try unit.write(.holdingRegisters, from: written.lowerBound, words(pdu, from: 10))
    return try registers(pdu[0], .holdingRegisters, read)
  }

  private func registers(_ function: UInt8, _ table: SlaveTable, _ range: Range<Int>) throws(ModbusExceptionCode) -> [UInt8] {
    let values = try unit.read(table, range)
    var answer: [UInt8] = []
    answer.reserveCapacity(2 + range.count * 2)
    answer.append(function)
    answer.append(UInt8(range.count * 2))
    for value in values { answer.append(word: value) }
    return answer
  }

  private func words(_ pdu: [UInt8], from offset: Int) -> [UInt16] {
    stride(from: offset, to: pdu.count - 1, by: 2).map { pdu.word($0) }
  }
}
