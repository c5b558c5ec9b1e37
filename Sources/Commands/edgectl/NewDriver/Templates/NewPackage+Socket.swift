/// The connection's socket.
extension NewPackage {
  var socket: GeneratedFile {
    GeneratedFile(
      "Sources/\(names.type)Driver/LineSocket.swift",
      text: #"""
        import Glibc
        import MapperSDK
        import Synchronization

        /// A TCP connection on which each line sent is answered with a line. It blocks, and never longer than its timeout.
        final class LineSocket: Sendable {
          /// -1 once it is closed.
          private let descriptor: Mutex<Int32>
          private let timeout: Int

          /// Connects.
          ///
          /// - Parameter timeout: How long connecting, and an answer, may take, in milliseconds.
          init(host: String, port: Int, timeout: Int) throws(ReadingError) {
            var hints = addrinfo()
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var list: UnsafeMutablePointer<addrinfo>?
            let code = getaddrinfo(host, String(port), &hints, &list)
            guard code == 0 else { throw ReadingError(.notConnected, "\(host): \(String(cString: gai_strerror(code)))") }
            defer { freeaddrinfo(list) }
            var reason = "no address"
            var next = list
            while let address = next {
              let descriptor = socket(address.pointee.ai_family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
              let error = descriptor < 0 ? errno : Self.connect(descriptor, to: address.pointee, timeout)
              if error == 0 {
                self.descriptor = Mutex(descriptor)
                self.timeout = timeout
                return
              }
              reason = String(cString: strerror(error))
              if descriptor >= 0 { Glibc.close(descriptor) }
              next = address.pointee.ai_next
            }
            throw ReadingError(.notConnected, "nobody answers at \(host):\(port): \(reason)")
          }

          deinit { close() }

          /// Closes the connection.
          func close() {
            descriptor.withLock { descriptor in
              if descriptor >= 0 { Glibc.close(descriptor) }
              descriptor = -1
            }
          }

          /// Sends a line and waits for the line that answers it.
          ///
          /// - Throws: ``ReadingError`` of the scope `.bus`: an answer that comes after the timeout must not be taken for the next one's,
          ///   so after each failure the connection is made anew.
          func exchange(_ line: String) throws(ReadingError) -> String {
            guard line.utf8.allSatisfy({ $0 >= 0x20 }) else { throw ReadingError(.invalidValue, "the text has control characters") }
            let socket = descriptor.withLock { $0 }
            let bytes = Array("\(line)\n".utf8)
            guard send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { throw Self.lost() }
            let end = ContinuousClock.now + .milliseconds(timeout)
            var answer: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1024)
            while answer.last != 0x0A {
              guard answer.count <= 4096 else { throw ReadingError(.invalidValue, "the answer is longer than 4096 bytes", scope: .bus) }
              guard Self.wait(for: socket, POLLIN, until: end) else {
                throw ReadingError(.timeout, "no answer within \(timeout) ms", scope: .bus)
              }
              let count = recv(socket, &buffer, buffer.count, 0)
              if count < 0, errno == EAGAIN || errno == EINTR { continue }
              guard count > 0 else { throw Self.lost() }
              answer += buffer.prefix(count)
            }
            let text = answer.dropLast()
            guard !text.contains(0x0A) else { throw ReadingError(.invalidValue, "there is more than one answer", scope: .bus) }
            return String(decoding: text.last == 0x0D ? text.dropLast() : text, as: UTF8.self)
          }

          private static func lost() -> ReadingError { ReadingError(.notConnected, "the connection is lost: \(String(cString: strerror(errno)))") }

          /// Returns 0 or an error number.
          private static func connect(_ descriptor: Int32, to address: addrinfo, _ timeout: Int) -> Int32 {
            if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return 0 }
            guard errno == EINPROGRESS else { return errno }
            guard wait(for: descriptor, POLLOUT, until: .now + .milliseconds(timeout)) else { return ETIMEDOUT }
            var error: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno
          }

          /// Waits until something can be read or written.
          private static func wait(for descriptor: Int32, _ events: Int32, until end: ContinuousClock.Instant) -> Bool {
            while true {
              let rest = max(.zero, ContinuousClock.now.duration(to: end))
              var place = pollfd(fd: descriptor, events: Int16(events), revents: 0)
              let count = poll(&place, 1, Int32(rest / .milliseconds(1)))
              if count > 0 { return true }
              if count == 0 || errno != EINTR { return false }
            }
          }
        }

        """#)
  }
}
