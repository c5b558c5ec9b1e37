import Glibc
import JSON
import TestSupport

/// A TCP connection on which a test says what it wants, and not what a client of HTTP would.
final class RawSocket: Sendable {
  /// What a server answered, as far as HTTP/1.1 says where that ends.
  struct Answer: Sendable {
    var code: Int
    var head: String
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    /// What a refusal says, when it is a `Status` of the same code.
    var status: JSONValue? {
      guard let json = try? JSONValue(parsing: body), json["kind"] == "Status", json["code"]?.integer == Int64(code) else { return nil }
      return json
    }

    func header(_ name: String) -> String? {
      for line in head.split(separator: "\r\n").dropFirst() where line.lowercased().hasPrefix(name.lowercased() + ":") {
        return String(line.drop { $0 != ":" }.dropFirst().drop { $0 == " " })
      }
      return nil
    }
  }

  private let descriptor: Int32

  /// Connects.
  ///
  /// - Parameter window: Bytes that the system takes for this side until they are read; the system's choice when `nil`.
  init(port: Int, window: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    if var window { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &window, socklen_t(MemoryLayout<Int32>.size)) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    guard descriptor >= 0, result == 0, fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else {
      let error = TestSupportError("cannot connect to port \(port): \(String(cString: strerror(errno)))")
      if descriptor >= 0 { close(descriptor) }
      throw error
    }
  }

  deinit { close(descriptor) }

  /// Ends what this side says; it goes on listening.
  func endOutput() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Sends everything, or as much as the other side takes before it closes.
  ///
  /// - Returns: How many bytes went.
  @discardableResult
  func send(_ bytes: [UInt8], within deadline: Duration = .seconds(60)) async throws -> Int {
    let end = ContinuousClock.now + deadline
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count > 0 {
        sent += count
      } else if errno == EAGAIN {
        guard ContinuousClock.now < end else { throw TestSupportError("the other side takes nothing") }
        try await Task.sleep(for: .milliseconds(2))
      } else {
        return sent
      }
    }
    return sent
  }

  @discardableResult
  func send(_ text: String) async throws -> Int { try await send(Array(text.utf8)) }

  private enum Arrival { case bytes([UInt8]), end }

  private func receive(until end: ContinuousClock.Instant) async throws -> Arrival {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count > 0 { return .bytes(Array(buffer[..<count])) }
      if count == 0 || errno != EAGAIN { return .end }
      guard ContinuousClock.now < end else { throw TestSupportError("nothing came") }
      try await Task.sleep(for: .milliseconds(2))
    }
  }

  /// What came and wasn't part of an answer.
  private let rest = Box()

  private final class Box: @unchecked Sendable {
    // Tests read one after the other.
    var bytes: [UInt8] = []
  }

  /// The next answer; `nil` when the connection ends without one.
  func answer(toHead: Bool = false, within deadline: Duration = .seconds(30)) async throws -> Answer? {
    let end = ContinuousClock.now + deadline
    var received = rest.bytes
    rest.bytes = []
    var isOver = false
    while true {
      if let (answer, length) = Self.parse(received, toHead: toHead, isOver: isOver) {
        rest.bytes = Array(received[length...])
        return answer
      }
      if isOver { return nil }
      switch try await receive(until: end) {
      case .bytes(let bytes): received += bytes
      case .end: isOver = true
      }
    }
  }

  /// Everything until the other side closes.
  func readToEnd(within deadline: Duration = .seconds(30)) async throws -> [UInt8] {
    let end = ContinuousClock.now + deadline
    var received = rest.bytes
    rest.bytes = []
    while case .bytes(let bytes) = try await receive(until: end) { received += bytes }
    return received
  }

  /// `POLLRDHUP`, which Glibc hides.
  private static let hangUp: Int16 = 0x2000

  /// Waits until the other side has closed, without taking anything of what it sends.
  func closedByOther(within deadline: Duration) async throws {
    let end = ContinuousClock.now + deadline
    while true {
      var watched = pollfd(fd: descriptor, events: Self.hangUp, revents: 0)
      if poll(&watched, 1, 0) > 0, watched.revents & (Self.hangUp | Int16(POLLHUP | POLLERR)) != 0 { return }
      guard ContinuousClock.now < end else { throw TestSupportError("the other side still waits") }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  private static func parse(_ bytes: [UInt8], toHead: Bool, isOver: Bool) -> (Answer, length: Int)? {
    guard let split = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let head = String(decoding: bytes[..<split.lowerBound], as: UTF8.self)
    var answer = Answer(code: Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0, head: head, body: [])
    let start = split.upperBound
    if toHead || answer.code < 200 { return (answer, start) }
    if answer.header("transfer-encoding") == "chunked" {
      var index = start
      while let line = bytes[index...].firstRange(of: Array("\r\n".utf8)) {
        guard let size = Int(String(decoding: bytes[index..<line.lowerBound], as: UTF8.self), radix: 16) else { return nil }
        let chunk = line.upperBound..<(line.upperBound + size)
        guard chunk.upperBound + 2 <= bytes.count else { return nil }
        answer.body += bytes[chunk]
        index = chunk.upperBound + 2
        if size == 0 { return (answer, index) }
      }
      return nil
    }
    guard let length = answer.header("content-length").flatMap({ Int($0) }) else {
      guard isOver else { return nil }
      answer.body = Array(bytes[start...])
      return (answer, bytes.count)
    }
    guard bytes.count >= start + length else { return nil }
    answer.body = Array(bytes[start..<(start + length)])
    return (answer, start + length)
  }
}
