internal import CModbus
internal import Glibc

extension ModbusClient {
  /// Waits until there is something to read.
  ///
  /// - Parameter deadline: Until when, in microseconds; what has passed already means not to wait.
  /// - Returns: `false` when there is nothing until then.
  static func waitForInput(_ descriptor: Int32, until deadline: Int64) throws(ModbusError) -> Bool {
    while true {
      let left = max(deadline - MonotonicTime.now, 0)
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let count = poll(&entry, 1, Int32(clamping: (left + 999) / 1000))
      if count > 0 { return true }
      if count == 0 { return false }
      guard errno == EINTR else { throw lost(errno) }
    }
  }

  /// Reads what is there.
  ///
  /// - Returns: How many bytes; 0 when it was a false alarm.
  static func read(_ descriptor: Int32, into bytes: inout [UInt8]) throws(ModbusError) -> Int {
    let result = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    if result > 0 { return result }
    // A serial port that is gone, and a closed connection, are readable without end and give nothing.
    if result == 0 { throw ModbusError(.connectionLost, "the connection was closed by the other end") }
    guard errno == EAGAIN || errno == EINTR else { throw lost(errno) }
    return 0
  }

  /// The error of a system call on an open line: whatever it is, the line isn't what it was.
  static func lost(_ number: Int32) -> ModbusError {
    switch number {
    case EIO, ENXIO, ENODEV, EBADF: ModbusError(.connectionLost, "the port is gone: \(systemText(number))")
    default: ModbusError(.connectionLost, "the connection broke: \(systemText(number))")
    }
  }

  /// Puts a frame on the line.
  func transmit(_ frame: [UInt8], _ unit: UInt8, _ pdu: [UInt8], on handle: ModbusHandle) throws(ModbusError) {
    errno = 0
    if line.isSerial {
      let request = [unit] + pdu
      let sent = modbus_send_raw_request(handle.context, request, Int32(request.count))
      guard sent == Int32(frame.count) else { throw Self.lost(sent < 0 ? errno : EIO) }
      return
    }
    // modbus_send_raw_request leaves the transaction at 0 for each request over TCP, so that a late answer couldn't be
    // told from the right one; and it knows no RTU frames over TCP. So these frames are sent as they were made here.
    let sent = Glibc.send(handle.descriptor, frame, frame.count, Int32(MSG_NOSIGNAL))
    guard sent == frame.count else { throw Self.lost(sent < 0 ? errno : EIO) }
  }
}
