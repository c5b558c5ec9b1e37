/// A frame of a serial line: the unit, the protocol data unit, and a checksum; 4 to 256 bytes.
struct RTUFrame: Hashable {
  /// The least bytes a frame has: unit, function and checksum.
  static let minimumLength = 4

  var unit: UInt8
  var pdu: [UInt8]

  /// The bytes on the line.
  var bytes: [UInt8] {
    let body = [unit] + pdu
    let crc = CRC16.checksum(body)
    return body + [UInt8(crc & 0xFF), UInt8(crc >> 8)]
  }

  init(unit: UInt8, pdu: [UInt8]) {
    self.unit = unit
    self.pdu = pdu
  }

  /// Reads a frame that has been received whole.
  init(decoding bytes: [UInt8]) throws(ModbusError) {
    guard bytes.count >= Self.minimumLength else { throw ModbusError(.invalidAnswer, "an answer of \(bytes.count) bytes is too short") }
    let crc = CRC16.checksum(bytes.dropLast(2))
    guard bytes[bytes.count - 2] == UInt8(crc & 0xFF), bytes[bytes.count - 1] == UInt8(crc >> 8) else {
      throw ModbusError(.invalidCRC, "the answer was damaged on the line: its checksum doesn't fit")
    }
    unit = bytes[0]
    pdu = Array(bytes[1..<(bytes.count - 2)])
  }

  /// How long the answer is that begins with `bytes`: RTU frames don't say it, their function does.
  static func progress(ofAnswer bytes: [UInt8]) -> FrameProgress {
    guard bytes.count >= 2 else { return .needs(5) }
    switch bytes[1] {
    case 0x80...: return .length(5, of: bytes.count)
    case 0x01...0x04, 0x17:
      guard bytes.count >= 3 else { return .needs(5) }
      guard bytes[2] <= 250 else { return .invalid("a byte count of \(bytes[2])") }
      return .length(5 + Int(bytes[2]), of: bytes.count)
    case 0x05, 0x06, 0x0F, 0x10: return .length(8, of: bytes.count)
    case 0x16: return .length(10, of: bytes.count)
    case 0x2B: return identity(bytes)
    default: return .invalid("function \(bytes[1])")
    }
  }

  private static func identity(_ bytes: [UInt8]) -> FrameProgress {
    guard bytes.count >= 8 else { return .needs(10) }
    var end = 8
    for _ in 0..<bytes[7] {
      guard bytes.count >= end + 2 else { return end + 4 > 256 ? .invalid("more than 256 bytes") : .needs(end + 4) }
      end += 2 + Int(bytes[end + 1])
    }
    return end + 2 > 256 ? .invalid("more than 256 bytes") : .length(end + 2, of: bytes.count)
  }
}
