/// The device that doesn't exist.
extension NewPackage {
  var simulator: GeneratedFile {
    GeneratedFile(
      "Sources/\(names.type)Simulator/\(names.type)Simulator.swift",
      text: #"""
        import Glibc
        import MapperSDK
        import Synchronization

        /// A device on a TCP port of this machine: it answers `GET name` and `SET name value` with `OK value` or `ERR reason`.
        ///
        /// REPLACE: `answer(to:)`, and the values it begins with.
        public final class \#(names.type)Simulator: Sendable {
          private struct State {
            var values = ["temperature": "21.5", "setpoint": "20"]
            var isRefusingReads: Set<String> = []
            var isRefusingWrites: Set<String> = []
            var isStopped = false
          }

          private let state = Mutex(State())
          private let listener: Int32
          private let thread = Mutex<Task<Void, Never>?>(nil)
          /// The port it listens on.
          public let port: Int

          /// Starts a device; port 0 is a free one.
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

          /// What the device has.
          public func value(of name: String) -> String? { state.withLock { $0.values[name] } }

          /// Changes what the device has, as a sensor does by itself.
          public func set(_ value: String, of name: String) { state.withLock { $0.values[name] = value } }

          /// Lets the device refuse to read or to write these, and no others.
          public func refuse(reads: Set<String> = [], writes: Set<String> = []) {
            state.withLock {
              $0.isRefusingReads = reads
              $0.isRefusingWrites = writes
            }
          }

          /// Ends the device.
          public func stop() async {
            state.withLock { $0.isStopped = true }
            await thread.withLock { $0 }?.value
          }

          private func answer(to line: String) -> String {
            let words = line.split(separator: " ", maxSplits: 2).map(String.init)
            guard words.count >= 2 else { return "ERR what?" }
            let name = words[1]
            return state.withLock { state in
              guard let value = state.values[name] else { return "ERR there is no \(name)" }
              switch (words[0], words.count) {
              case ("GET", 2):
                return state.isRefusingReads.contains(name) ? "ERR the sensor of \(name) is broken" : "OK \(value)"
              case ("SET", 3):
                if name != "setpoint" || state.isRefusingWrites.contains(name) { return "ERR \(name) can't be set" }
                state.values[name] = words[2]
                return "OK \(words[2])"
              default: return "ERR what?"
              }
            }
          }

          /// Accepts connections and answers lines until it is stopped.
          private func serve() {
            var clients: [Int32: [UInt8]] = [:]
            var buffer = [UInt8](repeating: 0, count: 4096)
            while !state.withLock({ $0.isStopped }) {
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
                  let answer = Array((answer(to: String(decoding: line, as: UTF8.self)) + "\n").utf8)
                  send(place.fd, answer, answer.count, Int32(MSG_NOSIGNAL))
                }
              }
            }
            for descriptor in clients.keys + [listener] { Glibc.close(descriptor) }
          }
        }

        """#)
  }
}
