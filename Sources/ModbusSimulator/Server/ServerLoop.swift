import Glibc

/// The server: one thread that waits for all of a simulator's connections. Nothing of it leaves the thread.
final class ServerLoop {
  let shared: ServerShared
  let timing: LineTiming?
  var listener: Int32?
  var line: SerialLine?
  var connections: [Connection] = []
  private var nextConnection = 1
  /// When to look at the listener again, or to try the serial line again, after the system refused.
  private var retriesAt: UInt64 = 0
  private var isUnplugged = false
  private var buffer = [UInt8](repeating: 0, count: 4096)

  init(_ shared: ServerShared) throws(SimulatorError) {
    self.shared = shared
    timing = shared.endpoint.framing.isRTU ? LineTiming(bitsPerSecond: shared.options.bitsPerSecond) : nil
    try open()
  }

  /// Serves until the simulator is stopped.
  func run() {
    var all = sigset_t()
    sigfillset(&all)
    // Signals are for the program's own threads.
    pthread_sigmask(SIG_SETMASK, &all, nil)
    var isRunning = true
    while isRunning {
      wait()
      let (commands, isStopping) = shared.takeCommands()
      for (command, rendezvous) in commands { rendezvous.finish(carryOut(command)) }
      isRunning = !isStopping
    }
    closeAll()
    shared.ended()
  }

  private func wait() {
    var descriptors = [pollfd(fd: shared.wakeUp.reader, events: Int16(POLLIN), revents: 0)]
    let now = MonotonicClock.microseconds
    if retriesAt != 0, now >= retriesAt {
      retriesAt = 0
      if listener == nil, line == nil, !isUnplugged { reopen() }
    }
    descriptors.append(pollfd(fd: retriesAt == 0 ? listener ?? -1 : -1, events: Int16(POLLIN), revents: 0))
    for connection in connections {
      let events = connection.hasUnsent ? POLLIN | POLLOUT : POLLIN
      descriptors.append(pollfd(fd: connection.descriptor, events: Int16(events), revents: 0))
    }
    let due = (connections.compactMap(\.wakesAt) + (retriesAt == 0 ? [] : [retriesAt])).min()
    poll(&descriptors, until: due, from: now)

    let here = MonotonicClock.microseconds
    if descriptors[0].revents != 0 { _ = read(shared.wakeUp.reader, &buffer, buffer.count) }
    let polled = connections
    for (index, connection) in polled.enumerated() {
      if descriptors[index + 2].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 { receive(on: connection, at: here) }
      advance(connection, to: here)
    }
    if descriptors[1].revents != 0 { acceptAll(at: here) }
    removeClosed()
  }

  /// Waits, to the tenth of a millisecond where poll(2) only knows whole ones.
  private func poll(_ descriptors: inout [pollfd], until due: UInt64?, from now: UInt64) {
    guard let due else {
      _ = Glibc.poll(&descriptors, nfds_t(descriptors.count), -1)
      return
    }
    let left = due > now ? due - now : 0
    let ready = Glibc.poll(&descriptors, nfds_t(descriptors.count), Int32(min(left / 1_000, 60_000)))
    guard ready == 0 else { return }
    let here = MonotonicClock.microseconds
    // What comes within this last millisecond is read after it.
    if due > here, due - here < 1_000 { usleep(UInt32(due - here)) }
  }

  private func receive(on connection: Connection, at now: UInt64) {
    // One read at a time, so that a client who sends without end doesn't hold the others up.
    guard !connection.isClosed else { return }
    guard let count = connection.receive(into: &buffer) else {
      connection.shutdown()
      return
    }
    if count == 0 { return }
    shared.log.count { $0.bytesReceived += count }
    connection.decoder.append(buffer[..<count], at: now)
    do throws(NotModbus) {
      while !connection.isClosed, let request = try connection.decoder.next() {
        serve(request, on: connection, at: now)
      }
    } catch {
      shared.log.count { $0.framingErrors += 1 }
      connection.shutdown()
    }
  }

  private func advance(_ connection: Connection, to now: UInt64) {
    let (request, isLost) = connection.decoder.expire(at: now)
    if isLost { shared.log.count { $0.framingErrors += 1 } }
    if let request { serve(request, on: connection, at: now) }
    let before = connection.bytesSent
    connection.advance(to: now) { [log = shared.log] in log.answered($0, at: MonotonicClock.microseconds) }
    let sent = connection.bytesSent - before
    if sent > 0 { shared.log.count { $0.bytesSent += sent } }
  }

  private func acceptAll(at now: UInt64) {
    guard let listener else { return }
    while let result = Descriptors.accept(listener) {
      switch result {
      case .failure:
        retriesAt = now + 100_000
        return
      case .success(let descriptor):
        if let maximum = shared.options.maximumConnections, connections.count(where: { !$0.isClosed }) >= maximum {
          close(descriptor)
        } else {
          add(descriptor, isSerial: false)
        }
      }
    }
  }

  func add(_ descriptor: Int32, isSerial: Bool) {
    let silence = max(UInt64(max(1, shared.options.frameSilenceMilliseconds)) * 1_000, timing?.silence ?? 0)
    let decoder = RequestDecoder(framing: shared.endpoint.framing, silence: silence)
    connections.append(Connection(id: nextConnection, descriptor: descriptor, isSerial: isSerial, decoder: decoder))
    nextConnection += 1
    shared.log.count {
      $0.openConnections += 1
      $0.totalConnections += 1
    }
  }

  private func removeClosed() {
    let closed = connections.count(where: \.isClosed)
    if closed == 0 { return }
    connections.removeAll(where: \.isClosed)
    shared.log.count { $0.openConnections -= closed }
    if let line, connections.isEmpty {
      line.closeAll()
      self.line = nil
      // The device may come back.
      if !isUnplugged { retriesAt = MonotonicClock.microseconds + 200_000 }
    }
  }

  private func carryOut(_ command: ServerShared.Command) -> SimulatorError? {
    switch command {
    case .closeConnections:
      for connection in connections where !connection.isSerial { connection.shutdown() }
      removeClosed()
      return nil
    case .unplug:
      isUnplugged = true
      closeAll()
      return nil
    case .plugIn:
      guard isUnplugged else { return nil }
      do throws(SimulatorError) {
        try open()
        isUnplugged = false
        return nil
      } catch {
        return error
      }
    }
  }

  /// Listens, or opens the line.
  private func open() throws(SimulatorError) {
    switch shared.endpoint {
    case .tcp(let host, let port), .rtuOverTCP(let host, let port):
      // After the first time the port is known, and clients rely on it.
      let known = shared.port
      let opened = try Descriptors.listen(host: host, port: known == 0 ? port : known)
      listener = opened
      shared.set(path: "", port: Descriptors.port(of: opened))
    case .rtu(let path, let settings):
      open(try SerialLine.open(path, settings))
    case .pty(let link):
      open(try SerialLine.makePty(link: link))
    }
  }

  private func open(_ opened: SerialLine) {
    line = opened
    shared.set(path: opened.path, port: 0)
    add(opened.descriptor, isSerial: true)
  }

  private func reopen() {
    do throws(SimulatorError) {
      try open()
    } catch {
      retriesAt = MonotonicClock.microseconds + 200_000
    }
  }

  private func closeAll() {
    for connection in connections { connection.shutdown() }
    removeClosed()
    line?.closeAll()
    line = nil
    if let listener { close(listener) }
    listener = nil
    retriesAt = 0
  }
}
