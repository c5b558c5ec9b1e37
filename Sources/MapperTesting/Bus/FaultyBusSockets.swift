internal import Glibc

/// A port, and the socket that listens on it at times.
///
/// Another socket holds the port without listening, so that nobody else gets it while nobody listens.
struct FaultyBusSockets: Sendable {
  private let holder: Int32
  private(set) var listener: Int32 = -1
  let port: Int

  init() throws(FaultyBusError) {
    holder = try Self.bound(to: 0)
    port = Self.port(of: holder)
    try listen()
  }

  /// Begins to listen.
  mutating func listen() throws(FaultyBusError) {
    guard listener < 0 else { return }
    let descriptor = try Self.bound(to: port)
    guard Glibc.listen(descriptor, 128) == 0 else {
      let reason = String(cString: strerror(errno))
      Glibc.close(descriptor)
      throw FaultyBusError(.cannotListen, "can't listen on port \(port): \(reason)")
    }
    listener = descriptor
  }

  /// Listens no more: connections are refused.
  mutating func unlisten() {
    guard listener >= 0 else { return }
    Glibc.close(listener)
    listener = -1
  }

  mutating func close() {
    unlisten()
    Glibc.close(holder)
  }

  /// A connection that waits, if one does.
  func accept() -> Int32? {
    let descriptor = Glibc.accept(listener, nil, nil)
    guard descriptor >= 0 else { return nil }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    Self.set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    return descriptor
  }

  /// A connection to the device's port, if it takes one.
  static func connect(to port: Int) -> Int32? {
    guard let descriptor = socket(), withAddress(port, { Glibc.connect(descriptor, $0, $1) }) == 0 else { return nil }
    set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    return descriptor
  }

  /// Closes a connection so that the other side is told it is broken.
  static func reset(_ descriptor: Int32) {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    Glibc.close(descriptor)
  }

  private static func socket() -> Int32? {
    let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    return descriptor < 0 ? nil : descriptor
  }

  private static func bound(to port: Int) throws(FaultyBusError) -> Int32 {
    guard let descriptor = socket() else {
      throw FaultyBusError(.noResources, "no socket: \(String(cString: strerror(errno)))")
    }
    set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1)
    set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    guard withAddress(port, { bind(descriptor, $0, $1) }) == 0 else {
      let reason = String(cString: strerror(errno))
      Glibc.close(descriptor)
      throw FaultyBusError(.cannotListen, "can't bind to port \(port): \(reason)")
    }
    return descriptor
  }

  private static func withAddress(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }

  private static func port(of descriptor: Int32) -> Int {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    return result == 0 ? Int(UInt16(bigEndian: address.sin_port)) : 0
  }

  private static func set(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
    var value = value
    setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
  }
}
