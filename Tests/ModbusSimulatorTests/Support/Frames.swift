/// Frames spelt out by the tests, independent of the simulator's own code.
enum Frames {
  static func tcp(_ transaction: UInt16, unit: UInt8 = 1, _ pdu: [UInt8]) -> [UInt8] {
    let length = UInt16(pdu.count + 1)
    return [UInt8(transaction >> 8), UInt8(transaction & 255), 0, 0, UInt8(length >> 8), UInt8(length & 255), unit] + pdu
  }

  static func rtu(unit: UInt8 = 1, _ pdu: [UInt8]) -> [UInt8] {
    var crc: UInt16 = 0xFFFF
    for byte in [unit] + pdu {
      crc ^= UInt16(byte)
      for _ in 0..<8 { crc = crc % 2 == 1 ? (crc / 2) ^ 0xA001 : crc / 2 }
    }
    return [unit] + pdu + [UInt8(crc & 255), UInt8(crc >> 8)]
  }

  /// Reads `count` holding registers from `address` on.
  static func readHolding(_ address: Int, _ count: Int) -> [UInt8] {
    [3, UInt8(address >> 8), UInt8(address & 255), UInt8(count >> 8), UInt8(count & 255)]
  }
}
