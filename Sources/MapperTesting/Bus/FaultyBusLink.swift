internal import Glibc

/// A connection of a driver, and the one to the device that belongs to it.
struct FaultyBusLink {
  private struct Chunk {
    var bytes: [UInt8]
    /// When it may be sent, in milliseconds of the system's uptime.
    var due: Int64
  }

  let client: Int32
  let device: Int32
  private var toClient: [Chunk] = []
  private var toDevice: [UInt8] = []
  /// Whether the client is let go once all is sent.
  private var isEnding = false
  private(set) var isOver = false
  /// Whether something was asked since the last answer.
  private var isAsked = false

  init(client: Int32, device: Int32) {
    self.client = client
    self.device = device
  }

  /// What to wait for on the client's side.
  func clientEvents(now: Int64) -> Int16 {
    Int16(truncatingIfNeeded: POLLIN) | ((toClient.first.map { $0.due <= now } ?? false) ? Int16(truncatingIfNeeded: POLLOUT) : 0)
  }

  /// What to wait for on the device's side.
  var deviceEvents: Int16 { Int16(truncatingIfNeeded: POLLIN) | (toDevice.isEmpty ? 0 : Int16(truncatingIfNeeded: POLLOUT)) }

  /// The device's side, while anything may come from there: what ended would stay readable for ever.
  var openDevice: Int32 { isEnding ? -1 : device }

  /// When something is due to be sent; `nil` when nothing is.
  var nextDue: Int64? { toClient.first?.due }

  /// Takes what the driver sent.
  mutating func readClient() {
    guard let bytes = Self.read(client) else {
      isOver = true
      return
    }
    if bytes.isEmpty { return }
    isAsked = true
    toDevice += bytes
  }

  /// Takes what the device answered, and does to it what is to be done.
  ///
  /// - Returns: Whether an answer began.
  mutating func readDevice(_ fault: BusFault, now: Int64) -> Bool {
    guard let bytes = Self.read(device) else {
      isEnding = true
      return false
    }
    if bytes.isEmpty || isEnding { return false }
    switch fault {
    case .pass: toClient.append(Chunk(bytes: bytes, due: now))
    case .silent, .refuse: break
    case .delay(let milliseconds): toClient.append(Chunk(bytes: bytes, due: now + Int64(milliseconds)))
    case .closeMidAnswer:
      toClient.append(Chunk(bytes: Array(bytes.prefix(bytes.count / 2)), due: now))
      isEnding = true
    case .garbage:
      var generator = SystemRandomNumberGenerator()
      toClient.append(Chunk(bytes: bytes.map { _ in UInt8.random(in: 0...255, using: &generator) }, due: now))
    case .truncate: toClient.append(Chunk(bytes: Array(bytes.prefix(bytes.count / 2)), due: now))
    case .oneByteAtATime:
      toClient += bytes.enumerated().map { Chunk(bytes: [$1], due: now + Int64($0)) }
    }
    defer { isAsked = false }
    return isAsked
  }

  /// Sends what may be sent.
  mutating func send(now: Int64) {
    if !toDevice.isEmpty { toDevice.removeFirst(Self.write(device, toDevice)) }
    while let chunk = toClient.first, chunk.due <= now {
      let sent = Self.write(client, chunk.bytes)
      if sent < chunk.bytes.count {
        toClient[0].bytes.removeFirst(sent)
        break
      }
      toClient.removeFirst()
    }
    if isEnding, toClient.isEmpty { isOver = true }
  }

  /// Ends both connections.
  ///
  /// - Parameter isReset: Whether the driver is told that it is broken, not that it ended.
  func close(isReset: Bool) {
    if isReset { FaultyBusSockets.reset(client) } else { Glibc.close(client) }
    Glibc.close(device)
  }

  /// What there is to read; `nil` when the other side ended.
  private static func read(_ descriptor: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    if count > 0 { return Array(bytes.prefix(count)) }
    return count < 0 && (errno == EAGAIN || errno == EINTR) ? [] : nil
  }

  /// How many bytes were sent; of what is broken all of them.
  private static func write(_ descriptor: Int32, _ bytes: [UInt8]) -> Int {
    let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    if count >= 0 { return count }
    return errno == EAGAIN || errno == EINTR ? 0 : bytes.count
  }
}
