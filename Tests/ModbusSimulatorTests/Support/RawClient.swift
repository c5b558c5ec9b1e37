import Glibc
import TestSupport

/// Bytes to and from a simulator, on a socket or a serial line, without any framing.
///
/// The calls block, for as long as the bytes take that they wait for.
final class RawClient {
  private let descriptor: Int32

  /// Connects to a port on 127.0.0.1, or another of the machine's loopback addresses.
  init(port: Int, host: UInt8 = 1) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = (UInt32(0x7F00_0000) + UInt32(host)).bigEndian
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    guard code == 0 else { throw TestSupportError("cannot connect to port \(port): \(String(cString: strerror(errno)))") }
    var yes: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Opens a serial line.
  init(path: String) throws {
    descriptor = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw TestSupportError("cannot open \(path): \(String(cString: strerror(errno)))") }
    var options = termios()
    tcgetattr(descriptor, &options)
    cfmakeraw(&options)
    tcsetattr(descriptor, TCSANOW, &options)
  }

  deinit { close(descriptor) }

  /// Sends bytes.
  func send(_ bytes: [UInt8]) throws {
    let count = write(descriptor, bytes, bytes.count)
    guard count == bytes.count else { throw TestSupportError("sent \(count) of \(bytes.count) bytes") }
  }

  /// One read: what is there, or comes next. Empty at the end of the connection.
  func readOnce(within milliseconds: Int32 = 30_000) throws -> [UInt8] {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, milliseconds) > 0 else { throw TestSupportError("nothing came within \(milliseconds) ms") }
    var buffer = [UInt8](repeating: 0, count: 1024)
    let count = read(descriptor, &buffer, buffer.count)
    if count < 0 { throw TestSupportError("cannot read: \(String(cString: strerror(errno)))") }
    return Array(buffer.prefix(count))
  }

  /// Exactly so many bytes.
  func receive(_ count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&waiting, 1, 30_000) > 0 else { throw TestSupportError("of \(count) bytes only \(bytes) came") }
      var buffer = [UInt8](repeating: 0, count: count - bytes.count)
      let got = read(descriptor, &buffer, buffer.count)
      guard got > 0 else { throw TestSupportError("the connection ended after \(bytes)") }
      bytes += buffer.prefix(got)
    }
    return bytes
  }

  /// Everything up to the end of the connection.
  func receiveToEnd() throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let more = try readOnce()
      if more.isEmpty { return bytes }
      bytes += more
    }
  }

  /// Whether nothing lies ready to be read.
  var isQuiet: Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&waiting, 1, 0) == 0
  }
}
