/// The checksum of RTU frames: CRC-16 with the polynomial 0xA001, reflected, from 0xFFFF (MODBUS over Serial Line V1.02,
/// section 6.2.2).
enum CRC16 {
  private static let table: [UInt16] = (0..<256).map { index in
    (0..<8).reduce(UInt16(index)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1 }
  }

  /// The checksum; its low byte goes first on the line.
  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt16 {
    bytes.reduce(0xFFFF) { crc, byte in crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
  }
}
