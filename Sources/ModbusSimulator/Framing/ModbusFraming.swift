/// How requests and answers are put on the wire.
public enum ModbusFraming: String, Sendable, Hashable, CaseIterable {
  /// Modbus TCP: a header with transaction, length and unit before each PDU (MODBUS Messaging on TCP/IP V1.0b, 3.1.3).
  case tcp
  /// Modbus RTU on a serial line: unit, PDU, checksum (MODBUS over Serial Line V1.02, section 2.5.1).
  case rtu
  /// The frames of Modbus RTU inside of a TCP connection, as device servers carry them.
  case rtuOverTCP = "rtu-over-tcp"

  /// Whether the frames are those of RTU, with a checksum and without a transaction.
  public var isRTU: Bool { self != .tcp }
}
