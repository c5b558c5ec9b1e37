extension PDUServer {
  /// Function codes 1 and 2.
  func readBits(_ pdu: [UInt8], _ table: SlaveTable) throws(ModbusExceptionCode) -> [UInt8] {
    try expectLength(pdu, 5)
    let range = try range(from: pdu.word(1), count: pdu.word(3), maximum: maximumBits(2000))
    let values = try unit.read(table, range)
    var bytes = [UInt8](repeating: 0, count: (range.count + 7) / 8)
    for (position, value) in values.enumerated() where value != 0 { bytes[position / 8] |= 1 << UInt8(position % 8) }
    return [pdu[0], UInt8(bytes.count)] + bytes
  }

  /// Function code 5.
  mutating func writeCoil(_ pdu: [UInt8]) throws(ModbusExceptionCode) -> [UInt8] {
    try expectLength(pdu, 5)
    let value = pdu.word(3)
    guard value == 0 || value == 0xFF00 else { throw .illegalDataValue }
    let address = Int(pdu.word(1))
    try unit.checkWrite(.coils, address..<(address + 1))
    try unit.write(.coils, from: address, CollectionOfOne(value == 0 ? 0 : 1))
    return pdu
  }

  /// Function code 15.
  mutating func writeCoils(_ pdu: [UInt8]) throws(ModbusExceptionCode) -> [UInt8] {
    guard pdu.count >= 6 else { throw .illegalDataValue }
    let count = pdu.word(3)
    let range = try range(from: pdu.word(1), count: count, maximum: maximumBits(1968), bytes: pdu[5], per: { ($0 + 7) / 8 }, in: pdu, at: 6)
    try unit.checkWrite(.coils, range)
    let values = (0..<Int(count)).map { UInt16(pdu[6 + $0 / 8] >> UInt8($0 % 8) & 1) }
    try unit.write(.coils, from: range.lowerBound, values)
    return Array(pdu[0..<5])
  }

  /// A range with the data that follows it: its byte count has to fit the quantity, and the data the byte count.
  func range(
    from start: UInt16, count: UInt16, maximum: Int, bytes: UInt8, per size: (Int) -> Int, in pdu: [UInt8], at offset: Int
  ) throws(ModbusExceptionCode) -> Range<Int> {
    guard Int(bytes) == size(Int(count)), pdu.count == offset + Int(bytes) else { throw .illegalDataValue }
    return try range(from: start, count: count, maximum: maximum)
  }
}
