internal import CModbus
internal import Glibc

/// A connected context of libmodbus; closed with the last reference.
///
/// Not to be used by two threads at a time, as libmodbus isn't either.
final class ModbusHandle {
  /// libmodbus' context.
  let context: OpaquePointer
  /// The connection's or port's descriptor, below 1024.
  let descriptor: Int32
  private let lock: PortLock?

  private init(_ context: OpaquePointer, lock: PortLock?) {
    self.context = context
    self.lock = lock
    descriptor = modbus_get_socket(context)
  }

  deinit {
    if lock != nil { PortLock.admitOthers(on: descriptor) }
    modbus_close(context)
    modbus_free(context)
  }

  /// Opens a line.
  ///
  /// - Parameter timeout: How long connecting may take, in milliseconds.
  static func open(_ line: ModbusLine, timeout: Int) throws(ModbusError) -> ModbusHandle {
    try DescriptorLimit.check()
    let handle =
      switch line {
      case .serial(let serial): try openSerial(serial)
      case .tcp(let host, let port), .rtuOverTCP(let host, let port): try openTCP(host, port, timeout: timeout)
      }
    // What the limit makes impossible, unless somebody raised it this very moment.
    guard handle.descriptor < DescriptorLimit.selectable else {
      throw ModbusError(.notConnected, "too many files are open: libmodbus can't use descriptor \(handle.descriptor)")
    }
    return handle
  }

  private static func openTCP(_ host: String, _ port: UInt16, timeout: Int) throws(ModbusError) -> ModbusHandle {
    var failure = ModbusError(.notConnected, "the host name \"\(host)\" has no address")
    for address in try HostAddress.resolve(host) {
      let made = address.isIPv6 ? modbus_new_tcp_pi(address.text, "\(port)") : modbus_new_tcp(address.text, Int32(port))
      guard let context = made else { throw outOfMemory }
      setTimeout(context, microseconds: Int64(timeout) * 1000)
      errno = 0
      if modbus_connect(context) == 0 {
        let handle = ModbusHandle(context, lock: nil)
        // libmodbus does it for IPv4 alone; a request of two packets takes 40 ms longer.
        var on: Int32 = 1
        setsockopt(handle.descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        return handle
      }
      let number = errno
      modbus_free(context)
      failure = ModbusError(.notConnected, "can't connect to \(name(host, address)) port \(port): \(reason(number, timeout))")
    }
    throw failure
  }

  private static func openSerial(_ line: SerialLine) throws(ModbusError) -> ModbusHandle {
    // libmodbus would silently take 9600 for a rate it doesn't know.
    guard ModbusConfig.speeds.contains(line.baudRate) else {
      let rates = ModbusConfig.speeds.map(String.init).joined(separator: ", ")
      throw ModbusError(.invalidRequest, "\(line.path) can't be set to \(line.baudRate) baud; possible are \(rates)")
    }
    let lock = try PortLock(path: line.path)
    let parity: CChar =
      switch line.parity {
      case .none: CChar(UInt8(ascii: "N"))
      case .even: CChar(UInt8(ascii: "E"))
      case .odd: CChar(UInt8(ascii: "O"))
      }
    guard let context = modbus_new_rtu(line.path, Int32(line.baudRate), parity, Int32(line.dataBits), Int32(line.stopBits)) else {
      throw outOfMemory
    }
    errno = 0
    guard modbus_connect(context) == 0 else {
      let number = errno
      modbus_free(context)
      throw PortLock.problem(with: line.path, number)
    }
    let handle = ModbusHandle(context, lock: lock)
    PortLock.refuseOthers(on: handle.descriptor)
    if line.isRS485 {
      guard modbus_rtu_set_serial_mode(context, MODBUS_RTU_RS485) == 0 else {
        throw ModbusError(
          .notConnected,
          "the driver of \(line.path) has no RS-485 mode (\(systemText(errno))): leave it out if the adapter switches by itself")
      }
    }
    // What was received before nobody asked for.
    modbus_flush(context)
    return handle
  }

  private static var outOfMemory: ModbusError { ModbusError(.notConnected, "libmodbus can't make a connection: \(systemText(errno))") }

  private static func name(_ host: String, _ address: HostAddress) -> String {
    host == address.text ? host : "\(host) (\(address.text))"
  }

  private static func reason(_ number: Int32, _ timeout: Int) -> String {
    switch number {
    // libmodbus leaves these behind when its own wait ended without a connection.
    case EINPROGRESS, ETIMEDOUT, EAGAIN, 0: "no answer within \(timeout) ms"
    case EMFILE, ENFILE: "too many files are open in this process"
    default: systemText(number)
    }
  }

  /// Sets how long libmodbus waits for an answer, all of it.
  ///
  /// Between bytes there is no limit of its own: with one, a peer that sends a byte now and then would hold the bus for
  /// hundreds of them. Without one, libmodbus gives `select()` what it left of the first limit, and Linux counts down.
  static func setTimeout(_ context: OpaquePointer, microseconds: Int64) {
    let time = max(microseconds, 1000)
    modbus_set_response_timeout(context, UInt32(clamping: time / 1_000_000), UInt32(time % 1_000_000))
    modbus_set_byte_timeout(context, 0, 0)
  }
}
