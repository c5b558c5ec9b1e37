import Glibc
import TestSupport

/// One HTTP request as it is, on a connection of its own, and its answer as it comes: no client's habits in between.
///
/// It belongs to one task.
final class RawExchange {
  struct Request {
    var method: String
    /// Path and query, encoded.
    var target: String
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]?
  }

  struct Head {
    var status: Int
    var headers: [(name: String, value: String)]

    /// The header of this name; of one that comes more than once, the first.
    subscript(name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }
  }

  private let descriptor: Int32
  private let method: String
  private var incoming: AsyncStream<[UInt8]>.Iterator
  private var received: [UInt8] = []
  private var body: [UInt8] = []
  private var hasAll = false
  private var isChunked = false
  /// Bytes of the body still to come, where the answer says how many.
  private var remaining: Int?

  /// Connects and sends.
  init(port: Int, _ request: Request) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    guard connected == 0 else {
      close(descriptor)
      throw TestSupportError("cannot connect to 127.0.0.1:\(port): \(String(cString: strerror(errno)))")
    }
    self.descriptor = descriptor
    method = request.method
    let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
    incoming = stream.makeAsyncIterator()
    let bytes = Self.bytes(of: request, port: port)
    startThread { Self.exchange(bytes, on: descriptor, into: continuation) }
  }

  private static func bytes(of request: Request, port: Int) -> [UInt8] {
    var lines = ["\(request.method) \(request.target) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"]
    lines += request.headers.map { "\($0.name): \($0.value)" }
    if let body = request.body { lines.append("Content-Length: \(body.count)") }
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (request.body ?? [])
  }

  private static func exchange(_ request: [UInt8], on descriptor: Int32, into answer: AsyncStream<[UInt8]>.Continuation) {
    var rest = request[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, min($0.count, 65_536), Int32(MSG_NOSIGNAL)) }
      // A server may answer before it has read all; what it says is what counts.
      guard sent > 0 else { break }
      rest = rest.dropFirst(sent)
    }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      answer.yield(Array(buffer[..<count]))
    }
    answer.finish()
    close(descriptor)
  }

  /// Leaves, as a client does that has seen enough.
  func leave() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  private func receive() async -> Bool {
    guard let bytes = await incoming.next(isolation: #isolation) else { return false }
    received += bytes
    return true
  }

  /// The answer's head; `nil` if the server closed the connection instead.
  func head() async throws -> Head? {
    while true {
      if let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
        let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        received.removeSubrange(..<end.upperBound)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, let status = Int(words[1]) else { throw TestSupportError("no HTTP: \(lines)") }
        let headers = lines.dropFirst().map { line -> (name: String, value: String) in
          let name = line.prefix { $0 != ":" }
          return (String(name), line.dropFirst(name.count + 1).trimming())
        }
        let head = Head(status: status, headers: headers)
        isChunked = head["Transfer-Encoding"] == "chunked"
        remaining = head["Content-Length"].flatMap(Int.init)
        if method == "HEAD" || status == 204 { hasAll = true }
        take()
        return head
      }
      guard await receive() else { return nil }
    }
  }

  /// Moves what was received of the body there.
  private func take() {
    if hasAll { return }
    guard isChunked else {
      body += received
      if let count = remaining {
        remaining = count - received.count
        hasAll = count <= received.count
      }
      received = []
      return
    }
    while let line = received.firstRange(of: Array("\r\n".utf8)) {
      guard let size = Int(String(decoding: received[..<line.lowerBound], as: UTF8.self), radix: 16) else { return }
      guard received.count >= line.upperBound + size + 2 else { return }
      if size == 0 { hasAll = true }
      body += received[line.upperBound..<line.upperBound + size]
      received.removeSubrange(..<(line.upperBound + size + 2))
      if hasAll { return }
    }
  }

  /// The next line of the body; `nil` at its end.
  func line() async -> [UInt8]? {
    while true {
      if let end = body.firstIndex(of: 0x0A) {
        let line = Array(body[..<end])
        body.removeSubrange(...end)
        return line
      }
      guard !hasAll, await receive() else {
        defer { body = [] }
        return body.isEmpty ? nil : body
      }
      take()
    }
  }

  /// What is left of the body.
  func rest() async -> [UInt8] {
    while !hasAll, await receive() { take() }
    defer { body = [] }
    return body
  }
}

extension Substring {
  fileprivate func trimming() -> String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
