internal import CMosquitto
internal import Glibc
internal import Synchronization

/// The thread: connects, serves the connection, waits, connects again.
extension MQTTSession {
  /// How long a connection has to stand to count as one.
  private static var settlingTime: Duration { .seconds(3) }

  func startThread() throws(MQTTError) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, 256 << 10)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let context = Unmanaged.passRetained(self)
    var thread = pthread_t()
    let result = pthread_create(&thread, &attributes, runMQTTSession, context.toOpaque())
    guard result == 0 else {
      context.release()
      throw MQTTError(.failed, "no thread for the MQTT client: \(systemText(result))")
    }
  }

  fileprivate func run() {
    var shortConnections = 0
    var backoff = Backoff(minimum: configuration.reconnectDelayMinimum, maximum: configuration.reconnectDelayMaximum)
    var generator = SystemRandomNumberGenerator()
    var reported: MQTTError?
    while !isClosing {
      link.wasAccepted = false
      link.refusal = nil
      link.complaints = []
      link.distrust = nil
      let failure: MQTTError?
      let start = ContinuousClock.now
      if let error = attempt() {
        failure = error
      } else {
        failure = serve()
      }
      state.withLock { $0.isConnected = false }
      guard !isClosing else { break }
      // A connection that ends as soon as it stands counts as a failure: two clients of one name would throw each other
      // out for ever, as fast as they can.
      let isShort = link.wasAccepted && ContinuousClock.now - start < Self.settlingTime
      if link.wasAccepted {
        if !isShort { backoff.reset() }
        shortConnections = isShort ? shortConnections + 1 : 0
        reported = nil
      }
      let twin = MQTTError(
        .connectionFailed,
        "the broker at \(configuration.address) ends each connection at once; is another client named \(configuration.clientID) connected?")
      let reason =
        shortConnections >= 3
        ? twin : link.refusal ?? tlsFailure() ?? failure ?? ended
      if reported != reason { events.push(.disconnected(reason)) }
      reported = reason
      pause(for: backoff.delay(using: &generator))
    }
    finish()
  }

  /// The broker hung up.
  private var ended: MQTTError {
    let broker = "the broker at \(configuration.address)"
    if link.wasAccepted { return MQTTError(.connectionFailed, "\(broker) ended the connection") }
    if usesTLS { return MQTTError(.tls, "\(broker) ended the connection before TLS stood; does it speak TLS on that port?") }
    return MQTTError(.connectionFailed, "\(broker) ended the connection without an answer; does it expect TLS, tls://host:port?")
  }

  private var isClosing: Bool { state.withLock { $0.isClosing } }

  /// Begins a connection; `nil` when it is on its way.
  private func attempt() -> MQTTError? {
    do throws(MQTTError) {
      try introduce()
    } catch {
      return error
    }
    let seconds = Int32(clamping: max(5, configuration.keepAlive.components.seconds))
    errno = 0
    let result = mosquitto_connect_async(handle, configuration.address.host, Int32(configuration.address.port), seconds)
    guard result != MOSQ_ERR_SUCCESS.rawValue else {
      let descriptor = mosquitto_socket(handle)
      if descriptor >= 0 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
      return nil
    }
    return MQTTError(result: result, errno: errno, doing: "connecting to the broker at \(configuration.address)")
  }

  /// Sets who the client says it is, and what TLS goes by.
  private func introduce() throws(MQTTError) {
    let login = try configuration.login?() ?? MQTTLogin(username: configuration.username, password: configuration.password)
    try Self.checkText(login.username, login.password)
    link.origin = login.origin
    mosquitto_username_pw_set(handle, login.username, login.password)
    try prepareTLS()
  }

  /// Serves the connection until it ends or the client is closed; the reason why it ended.
  private func serve() -> MQTTError? {
    let clock = ContinuousClock()
    let patience = max(configuration.keepAlive, .seconds(5)) / 2
    var nextHousekeeping = clock.now
    var fullSince: ContinuousClock.Instant?
    var goodbye: ContinuousClock.Instant?
    // While TLS comes about, libmosquitto doesn't tell when it no longer wants to write; a socket that is always writable
    // would keep this loop spinning.
    var hasWritten = false
    while true {
      let now = clock.now
      if isClosing {
        let since = goodbye ?? now
        goodbye = since
        let isDrained = state.withLock { $0.unacknowledged.isEmpty }
        if isDrained || !link.wasAccepted || now - since >= .seconds(2) { return disconnect() }
      }
      if mosquitto_want_write(handle), let error = check(writeAll()) { return error }
      let descriptor = mosquitto_socket(handle)
      guard descriptor >= 0 else { return nil }

      let isFull = events.isFull && goodbye == nil
      fullSince = isFull ? fullSince ?? now : nil
      let isHandshaking = usesTLS && !link.wasAccepted
      let isWriting = mosquitto_want_write(handle) && !(isHandshaking && hasWritten)
      let isReading = fullSince.map { now - $0 >= patience } ?? true
      var polled = [
        pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0),
        pollfd(fd: descriptor, events: Int16((isReading ? POLLIN : 0) | (isWriting ? POLLOUT : 0)), revents: 0),
      ]
      let timeout: Int32 = goodbye == nil ? 1000 : 50
      if poll(&polled, nfds_t(polled.count), timeout) < 0, errno != EINTR {
        return MQTTError(.failed, "poll: \(systemText(errno))")
      }
      if polled[0].revents != 0 { pipe.drain() }
      let happened = Int32(polled[1].revents)
      if isHandshaking, happened & (POLLERR | POLLHUP) != 0, let error = socketError(descriptor) { return error }
      hasWritten = happened & POLLOUT != 0 || hasWritten && happened != 0
      // A handshake goes on in what reads, whichever way it waited for.
      let isReadable = happened & (POLLIN | POLLHUP | POLLERR | (isHandshaking ? POLLOUT : 0)) != 0
      if isReadable, let error = check(mosquitto_loop_read(handle, 1)) { return error }
      // libmosquitto would wait on for what will never come.
      if isHandshaking, !link.wasAccepted, happened & (POLLHUP | POLLERR) != 0 { return nil }
      if clock.now >= nextHousekeeping {
        if let error = check(mosquitto_loop_misc(handle)) { return error }
        nextHousekeeping = clock.now + .seconds(1)
      }
    }
  }

  /// Why there is no connection at all, which TLS would only know as an end.
  private func socketError(_ descriptor: Int32) -> MQTTError? {
    var number: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size) == 0 else { return nil }
    // TLS, which begins before the connection stands, may have asked the socket already, and that tells it once.
    var info = tcp_info()
    size = socklen_t(MemoryLayout<tcp_info>.size)
    // Nothing that was sent has ever come through: nobody took the connection.
    if number == 0, getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &size) == 0, info.tcpi_rtt == 0 { number = ECONNREFUSED }
    guard number != 0, number != ECONNRESET else { return nil }
    return MQTTError(.connectionFailed, "connecting to the broker at \(configuration.address): \(systemText(number))")
  }

  /// Writes what waits; several packets together, each of which the kernel would else send on its way by itself.
  private func writeAll() -> Int32 {
    let queued = state.withLock { state in
      defer { state.queued = 0 }
      return state.queued
    }
    guard queued > 1 else { return mosquitto_loop_write(handle, 1) }
    let descriptor = mosquitto_socket(handle)
    setOption(TCP_CORK, true, of: descriptor)
    defer { setOption(TCP_CORK, false, of: descriptor) }
    return mosquitto_loop_write(handle, 1)
  }

  private func setOption(_ option: Int32, _ isOn: Bool, of descriptor: Int32) {
    var value: Int32 = isOn ? 1 : 0
    setsockopt(descriptor, Int32(IPPROTO_TCP), option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  private func check(_ result: Int32) -> MQTTError? {
    guard result != MOSQ_ERR_SUCCESS.rawValue else { return nil }
    let number = errno
    if usesTLS, !link.wasAccepted, number == EPROTO { return tlsEnd }
    if result == MOSQ_ERR_CONN_LOST.rawValue { return ended }
    return MQTTError(result: result, errno: number, doing: "the connection to the broker at \(configuration.address)")
  }

  /// Sends DISCONNECT; libmosquitto closes the socket once it is written.
  private func disconnect() -> MQTTError? {
    mosquitto_disconnect(handle)
    for _ in 0..<20 where mosquitto_socket(handle) >= 0 {
      guard mosquitto_loop_write(handle, 1) == MOSQ_ERR_SUCCESS.rawValue, mosquitto_socket(handle) >= 0 else { break }
      var polled = pollfd(fd: mosquitto_socket(handle), events: Int16(POLLOUT), revents: 0)
      poll(&polled, 1, 50)
    }
    return nil
  }

  /// Waits, but not longer than until the client is closed.
  private func pause(for delay: Duration) {
    let clock = ContinuousClock()
    let end = clock.now + delay
    while !isClosing {
      let rest = end - clock.now
      guard rest > .zero else { return }
      let milliseconds = rest.components.seconds * 1000 + rest.components.attoseconds / 1_000_000_000_000_000 + 1
      var polled = pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0)
      if poll(&polled, 1, Int32(clamping: milliseconds)) > 0 { pipe.drain() }
    }
  }

  private func finish() {
    state.withLock { $0.isAlive = false }
    mosquitto_destroy(handle)
    events.finish()
    let closers = state.withLock { state in
      defer { state.closers.removeAll() }
      return state.closers
    }
    for closer in closers { closer.resume() }
  }
}

/// The thread's entry; owns one reference to the session.
private func runMQTTSession(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let context else { return nil }
  Unmanaged<MQTTSession>.fromOpaque(context).takeRetainedValue().run()
  return nil
}
