import Glibc
import Synchronization

/// The ports this process handed out: none is given twice.
private let taken = Mutex<Set<Int>>([])

/// A TCP port on 127.0.0.1 that nobody listens on.
///
/// It lies below the ports that the kernel picks for outgoing connections (32768 and up), so that a server that is
/// killed and started again on it doesn't find it taken by somebody's client.
public func freePort() -> Int {
  while true {
    let port = Int.random(in: 12_000..<32_000)
    guard taken.withLock({ $0.insert(port).inserted }) else { continue }
    if canListen(on: port) { return port }
  }
}

private func canListen(on port: Int) -> Bool {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  guard descriptor >= 0 else { return false }
  defer { close(descriptor) }
  return withLoopback(port) { bind(descriptor, $0, $1) == 0 && listen(descriptor, 1) == 0 }
}

/// Whether something accepts connections on 127.0.0.1 at this port.
public func accepts(port: Int) -> Bool {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  guard descriptor >= 0 else { return false }
  defer { close(descriptor) }
  return withLoopback(port) { connect(descriptor, $0, $1) == 0 }
}

private func withLoopback(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Bool) -> Bool {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = UInt16(port).bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  return withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
  }
}
