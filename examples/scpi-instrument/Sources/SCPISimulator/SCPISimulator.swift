import Glibc
import MapperSDK
import Synchronization

/// A bench power supply on a TCP port of this machine, with nothing connected to its output but a resistor of 10 Ω.
public final class SCPISimulator: Sendable {
  private let instrument = Mutex(PowerSupply())
  private let isStopped = Mutex(false)
  private let listener: Int32
  private let thread = Mutex<Task<Void, Never>?>(nil)
  /// The port it listens on.
  public let port: Int

  /// Starts an instrument; port 0 is a free one.
  public init(host: String = "127.0.0.1", port: Int = 0) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var on: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr(host)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutableBytes(of: &address) { bytes in
      guard let place = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
      return bind(listener, place, size) == 0 && listen(listener, 64) == 0 && getsockname(listener, place, &size) == 0
    }
    self.listener = listener
    self.port = Int(UInt16(bigEndian: address.sin_port))
    guard isListening else {
      let reason = String(cString: strerror(errno))
      Glibc.close(listener)
      throw ReadingError(.failed, "can't listen on \(host):\(port): \(reason)")
    }
    try start()
  }

  /// On a thread of its own, since it blocks.
  private func start() throws {
    let executor = try BusExecutor()
    thread.withLock { $0 = Task(executorPreference: executor) { self.serve() } }
  }

  /// Looks at the instrument, or changes it.
  public func withInstrument<Result: Sendable, Failure: Error>(_ body: (inout PowerSupply) throws(Failure) -> Result) throws(Failure)
    -> Result
  {
    try instrument.withLock { supply throws(Failure) in try body(&supply) }
  }

  /// Ends it.
  public func stop() async {
    isStopped.withLock { $0 = true }
    await thread.withLock { $0 }?.value
  }

  private func serve() {
    var clients: [Int32: [UInt8]] = [:]
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !isStopped.withLock({ $0 }) {
      var places = ([listener] + clients.keys).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard poll(&places, nfds_t(places.count), 50) > 0 else { continue }
      for place in places where place.revents != 0 {
        if place.fd == listener {
          let client = accept(listener, nil, nil)
          if client >= 0 { clients[client] = [] }
          continue
        }
        let count = recv(place.fd, &buffer, buffer.count, 0)
        guard count > 0 else {
          Glibc.close(place.fd)
          clients[place.fd] = nil
          continue
        }
        var lines = (clients[place.fd, default: []] + buffer.prefix(count)).split(separator: 0x0A, omittingEmptySubsequences: false)
        clients[place.fd] = lines.popLast().map { Array($0) } ?? []
        for line in lines {
          guard let answer = withInstrument({ $0.answer(to: String(decoding: line, as: UTF8.self)) }) else { continue }
          let bytes = Array((answer + "\n").utf8)
          send(place.fd, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }
      }
    }
    for descriptor in clients.keys + [listener] { Glibc.close(descriptor) }
  }
}
