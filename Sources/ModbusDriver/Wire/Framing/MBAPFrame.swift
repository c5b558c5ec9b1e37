/// A frame of Modbus TCP: a transaction, the protocol 0, the length, the unit, and the protocol data unit; 8 to 260 bytes
/// (MODBUS Messaging on TCP/IP V1.0b, section 3.1.3).
struct MBAPFrame: Hashable {
  var transaction: UInt16
  var unit: UInt8
  var pdu: [UInt8]

  /// The bytes on the connection.
  var bytes: [UInt8] {
    let length = UInt16(pdu.count + 1)
    return [UInt8(transaction >> 8), UInt8(transaction & 0xFF), 0, 0, UInt8(length >> 8), UInt8(length & 0xFF), unit] + pdu
  }

  init(transaction: UInt16, unit: UInt8, pdu: [UInt8]) {
    self.transaction = transaction
    self.unit = unit
    self.pdu = pdu
  }

  /// Reads a frame that has been received whole.
  init(decoding bytes: [UInt8]) throws(ModbusError) {
    guard bytes.count >= 8 else { throw ModbusError(.invalidAnswer, "an answer of \(bytes.count) bytes is too short") }
    let protocolID = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
    guard protocolID == 0 else { throw ModbusError(.invalidAnswer, "the answer is of protocol \(protocolID), Modbus is 0") }
    let length = Int(bytes[4]) << 8 | Int(bytes[5])
    guard length == bytes.count - 6 else {
      throw ModbusError(.invalidAnswer, "the answer's length is given as \(length), its function makes it \(bytes.count - 6)")
    }
    transaction = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
    unit = bytes[6]
    pdu = Array(bytes[7...])
  }

  /// How long the frame is that begins with `bytes`.
  static func progress(of bytes: [UInt8]) -> FrameProgress {
    guard bytes.count >= 6 else { return .needs(8) }
    guard bytes[2] == 0, bytes[3] == 0 else { return .invalid("the protocol \(Int(bytes[2]) << 8 | Int(bytes[3])), Modbus is 0") }
    let length = Int(bytes[4]) << 8 | Int(bytes[5])
    guard (2...254).contains(length) else { return .invalid("a length of \(length)") }
    return .length(6 + length, of: bytes.count)
  }
}
