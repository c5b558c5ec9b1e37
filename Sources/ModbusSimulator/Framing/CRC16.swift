/// The checksum of Modbus RTU (MODBUS over Serial Line V1.02, section 6.2.2): polynomial 0xA001, start 0xFFFF.
enum CRC16 {
  private static let table: [UInt16] = (0..<256).map { byte in
    var value = UInt16(byte)
    for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xA001 : value >> 1 }
    return value
  }

  static func of(_ bytes: some Sequence<UInt8>) -> UInt16 {
    var crc: UInt16 = 0xFFFF
    for byte in bytes { crc = crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
    return crc
  }

  /// Whether the last two bytes are the checksum of those before, low byte first.
  static func isValid(_ frame: some BidirectionalCollection<UInt8>) -> Bool {
    frame.count >= 4 && of(frame) == 0
  }
}
