import Glibc
import MapperSDK
import Synchronization

/// A TCP connection that carries lines. Its calls block, as those of a driver may.
final class LineSocket: Sendable {
  /// The descriptor, -1 once it is closed, and what was received beyond the last line.
  private let state = Mutex((descriptor: Int32(-1), rest: [UInt8]()))
  private let timeout: Duration

  init(host: String, port: Int, timeout: Int) throws(ReadingError) {
    self.timeout = .milliseconds(timeout)
    var list: UnsafeMutablePointer<addrinfo>?
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    guard getaddrinfo(host, "\(port)", &hints, &list) == 0, let address = list?.pointee else {
      throw ReadingError(.notConnected, "there is no address of \(host)")
    }
    defer { freeaddrinfo(list) }
    let descriptor = socket(address.ai_family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var limit = timeval(tv_sec: timeout / 1000, tv_usec: timeout % 1000 * 1000)
    // Connecting heeds the time that sending may take.
    for option in [SO_SNDTIMEO, SO_RCVTIMEO] { setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size)) }
    guard descriptor >= 0, connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 else {
      let reason = String(cString: strerror(errno))
      if descriptor >= 0 { Glibc.close(descriptor) }
      throw ReadingError(.notConnected, "no instrument at \(host):\(port): \(reason)")
    }
    state.withLock { $0.descriptor = descriptor }
  }

  deinit { close() }

  func close() {
    state.withLock { state in
      if state.descriptor >= 0 { Glibc.close(state.descriptor) }
      state.descriptor = -1
    }
  }

  func send(_ text: String) throws(ReadingError) {
    let bytes = Array(text.utf8)
    let descriptor = state.withLock { $0.descriptor }
    guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { throw Self.lost }
  }

  /// The next line.
  func line() throws(ReadingError) -> String {
    let end = ContinuousClock.now + timeout
    while true {
      let (descriptor, rest) = state.withLock { $0 }
      if let newline = rest.firstIndex(of: 0x0A) {
        state.withLock { $0.rest = Array(rest[(newline + 1)...]) }
        return String(decoding: rest[..<newline], as: UTF8.self)
      }
      var buffer = [UInt8](repeating: 0, count: 1024)
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count > 0 { state.withLock { $0.rest += buffer.prefix(count) } }
      // What comes later would be taken for the answer to something else: the connection is made anew.
      if count < 0, errno == EAGAIN { throw ReadingError(.timeout, "no answer within \(timeout)", scope: .bus) }
      guard count > 0, rest.count < 4096, .now < end else { throw Self.lost }
    }
  }

  private static var lost: ReadingError { ReadingError(.notConnected, "the connection is lost") }
}
