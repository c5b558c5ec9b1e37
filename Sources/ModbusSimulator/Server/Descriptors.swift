import Glibc

/// The system calls of the server, with errors in words.
enum Descriptors {
  static func words(_ code: Int32) -> String { String(cString: strerror(code)) }

  static func makeNonblocking(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  /// Listens on a numeric address.
  static func listen(host: String, port: Int) throws(SimulatorError) -> Int32 {
    let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    guard (0...65535).contains(port) else { throw SimulatorError(.cannotListen, at: place, "a port lies between 0 and 65535") }
    var hints = addrinfo()
    hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &list) == 0, let found = list else {
      throw SimulatorError(.cannotListen, at: place, "\"\(host)\" is no numeric IPv4 or IPv6 address")
    }
    defer { freeaddrinfo(found) }
    let address = found.pointee
    let descriptor = socket(address.ai_family, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw SimulatorError(.noResources, at: place, "no socket: \(words(errno))") }
    makeNonblocking(descriptor)
    set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
    guard bind(descriptor, address.ai_addr, address.ai_addrlen) == 0, Glibc.listen(descriptor, 512) == 0 else {
      let code = errno
      close(descriptor)
      throw SimulatorError(.cannotListen, at: place, "cannot listen: \(words(code))")
    }
    return descriptor
  }

  /// The port that a socket is bound to.
  static func port(of descriptor: Int32) -> Int {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { pointer in
      let ok = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
      guard ok == 0 else { return 0 }
      // The port lies at the same place in the addresses of IPv4 and IPv6.
      return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { Int(UInt16(bigEndian: $0.pointee.sin_port)) }
    }
  }

  /// Accepts a connection; `nil` when none waits, an error's code when the system has no more for us.
  static func accept(_ listener: Int32) -> Result<Int32, Errno>? {
    let descriptor = Glibc.accept(listener, nil, nil)
    guard descriptor >= 0 else {
      return [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) ? .failure(Errno(code: errno)) : nil
    }
    makeNonblocking(descriptor)
    set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    return .success(descriptor)
  }

  /// Lets `close` send RST instead of FIN.
  static func resetOnClose(_ descriptor: Int32) {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  private static func set(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
    var value = value
    setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  struct Errno: Error { var code: Int32 }
}
