/// A request that is on its way.
struct Exchange {
  /// The request.
  var request: ModbusRequest
  /// The unit asked.
  var unit: UInt8
  /// Its transaction, on Modbus TCP.
  var transaction: UInt16
  /// When its last character leaves the line, in microseconds.
  var start: Int64
}
