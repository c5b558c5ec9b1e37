import Glibc
import MapperSDK
import MapperTesting

/// A device that says what it is told, and those who talk to it.
struct Echo: Sendable {
  struct Failure: Error { let code: Int32 }

  private let listener: Int32
  let port: Int

  private init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard Self.withAddress(0, { bind(listener, $0, $1) }) == 0, listen(listener, 16) == 0 else { throw Failure(code: errno) }
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
    }
    self.listener = listener
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  /// Runs a device with a faulty bus before it.
  static func run(_ body: (Echo, FaultyBus) async throws -> Void) async throws {
    let echo = try Echo()
    let executor = try BusExecutor()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask(executorPreference: executor) { echo.serve() }
      let bus = try FaultyBus(to: echo.port)
      do {
        try await body(echo, bus)
      } catch {
        await bus.stop()
        shutdown(echo.listener, Int32(SHUT_RDWR))
        throw error
      }
      await bus.stop()
      shutdown(echo.listener, Int32(SHUT_RDWR))
    }
    close(echo.listener)
  }

  /// Serves all that come, until the listener is shut down.
  private func serve() {
    var clients: [Int32] = []
    while true {
      var list = ([listener] + clients).map { pollfd(fd: $0, events: Int16(truncatingIfNeeded: POLLIN), revents: 0) }
      guard poll(&list, nfds_t(list.count), -1) > 0 else { continue }
      for entry in list.dropFirst() where entry.revents != 0 {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(entry.fd, &bytes, bytes.count, 0)
        if count > 0 {
          _ = Glibc.send(entry.fd, bytes, count, Int32(MSG_NOSIGNAL))
        } else {
          close(entry.fd)
          clients.removeAll { $0 == entry.fd }
        }
      }
      if list[0].revents != 0 {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { break }
        clients.append(client)
      }
    }
    for client in clients { close(client) }
  }

  /// Connects to a port on 127.0.0.1.
  func client(_ port: Int) throws -> EchoClient {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard Self.withAddress(port, { connect(descriptor, $0, $1) }) == 0 else {
      let code = errno
      close(descriptor)
      throw Failure(code: code)
    }
    return EchoClient(descriptor)
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
}
