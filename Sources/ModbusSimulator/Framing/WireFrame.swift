/// One request or answer, without its framing.
struct WireFrame: Sendable, Hashable {
  /// Counts requests on TCP; 0 on RTU, which has none.
  var transaction: UInt16 = 0
  var unit: UInt8
  var pdu: [UInt8]

  /// The bytes on the wire.
  func encoded(as framing: ModbusFraming) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(pdu.count + 7)
    if framing == .tcp {
      bytes.append(word: transaction)
      bytes.append(word: 0)
      bytes.append(word: UInt16(truncatingIfNeeded: pdu.count + 1))
      bytes.append(unit)
      bytes += pdu
    } else {
      bytes.append(unit)
      bytes += pdu
      let crc = CRC16.of(bytes)
      bytes.append(UInt8(truncatingIfNeeded: crc))
      bytes.append(UInt8(truncatingIfNeeded: crc >> 8))
    }
    return bytes
  }

  /// A frame from exactly its bytes; `nil` when they aren't one.
  init?(decoding bytes: [UInt8], framing: ModbusFraming) {
    if framing == .tcp {
      guard bytes.count >= 8, bytes.word(2) == 0, Int(bytes.word(4)) == bytes.count - 6 else { return nil }
      self.init(transaction: bytes.word(0), unit: bytes[6], pdu: Array(bytes[7...]))
    } else {
      guard bytes.count >= 4, CRC16.isValid(bytes) else { return nil }
      self.init(unit: bytes[0], pdu: Array(bytes[1..<(bytes.count - 2)]))
    }
  }

  init(transaction: UInt16 = 0, unit: UInt8, pdu: [UInt8]) {
    self.transaction = transaction
    self.unit = unit
    self.pdu = pdu
  }
}
