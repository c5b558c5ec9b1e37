/// The way to Modbus units: what has to be opened, once for all units behind it.
public enum ModbusLine: Sendable, Hashable {
  /// Modbus TCP (MBAP frames), port 502 as a rule.
  case tcp(host: String, port: UInt16)
  /// RTU frames through a TCP connection, as serial device servers without a protocol gateway pass them on.
  case rtuOverTCP(host: String, port: UInt16)
  /// RTU frames on a serial line.
  case serial(SerialLine)
}
