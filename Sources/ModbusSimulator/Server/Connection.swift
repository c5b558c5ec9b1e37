import Glibc

/// One client: a TCP connection, or a serial line. Belongs to the server's thread.
final class Connection {
  let id: Int
  let descriptor: Int32
  let isSerial: Bool
  var decoder: RequestDecoder
  /// Answers that were held back until the next request, with their requests' numbers.
  var late: [(bytes: [UInt8], sequence: Int)] = []
  /// When the last frame either way was over on a paced line.
  var lineFreeAt: UInt64 = 0
  private(set) var isClosed = false
  private(set) var bytesSent = 0

  private var actions: [(dueAt: UInt64, action: WireAction)] = []
  private var position = 0
  private var unsent: [UInt8] = []

  /// A client that reads nothing of so much is given up.
  private static let unsentLimit = 1 << 20

  init(id: Int, descriptor: Int32, isSerial: Bool, decoder: RequestDecoder) {
    self.id = id
    self.descriptor = descriptor
    self.isSerial = isSerial
    self.decoder = decoder
  }

  /// Whether no answer is due any more.
  var isIdle: Bool { position == actions.count && unsent.isEmpty }
  var hasUnsent: Bool { !unsent.isEmpty }
  /// When ``advance(to:answered:)`` or the decoder has something to do.
  var wakesAt: UInt64? {
    let next = position < actions.count ? actions[position].dueAt : nil
    guard let expires = decoder.expiresAt else { return next }
    return next.map { min($0, expires) } ?? expires
  }

  /// When the last of what is to be done is due; 0 when nothing is.
  var busyUntil: UInt64 { position < actions.count ? actions[actions.count - 1].dueAt : 0 }

  /// Adds what is to be done, from `start` on or after what is to be done already.
  func enqueue(_ added: [WireAction], from start: UInt64) {
    var time = max(start, busyUntil)
    if position == actions.count {
      actions.removeAll(keepingCapacity: true)
      position = 0
    }
    for action in added {
      if case .pause(let microseconds) = action { time += microseconds } else { actions.append((time, action)) }
    }
  }

  /// Does what is due.
  func advance(to now: UInt64, answered: (Int) -> Void) {
    flush()
    while !isClosed, position < actions.count, actions[position].dueAt <= now {
      let action = actions[position].action
      position += 1
      switch action {
      case .send(let bytes): send(bytes)
      case .answered(let sequence): answered(sequence)
      case .close: shutdown()
      case .reset:
        Descriptors.resetOnClose(descriptor)
        shutdown()
      case .pause: break
      }
    }
  }

  /// Reads what is there; `nil` when the other side is gone.
  func receive(into buffer: inout [UInt8]) -> Int? {
    let count = read(descriptor, &buffer, buffer.count)
    if count > 0 { return count }
    return count < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : nil
  }

  func shutdown() {
    guard !isClosed else { return }
    isClosed = true
    actions = []
    position = 0
    unsent = []
    // A serial line belongs to the server, which closes it.
    if !isSerial { close(descriptor) }
  }

  func flush() {
    while !isClosed, !unsent.isEmpty {
      let count = unsent.withUnsafeBytes { write($0) }
      guard count > 0 else { return }
      unsent.removeFirst(count)
    }
  }

  private func send(_ bytes: [UInt8]) {
    bytesSent += bytes.count
    var rest = bytes[...]
    if unsent.isEmpty {
      let count = rest.withUnsafeBytes { write($0) }
      if isClosed { return }
      rest = rest.dropFirst(max(0, count))
    }
    // A serial line waits for nobody: what doesn't fit is lost.
    if isSerial || rest.isEmpty { return }
    unsent += rest
    if unsent.count > Self.unsentLimit { shutdown() }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    if bytes.isEmpty { return 0 }
    let count =
      isSerial
      ? Glibc.write(descriptor, bytes.baseAddress, bytes.count)
      : Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    if count < 0, errno != EAGAIN, errno != EINTR { shutdown() }
    return count
  }
}
