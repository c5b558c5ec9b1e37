/// Cuts the bytes that a client sends into requests.
struct RequestDecoder {
  /// A request with the moment its first byte came.
  struct Request {
    var frame: WireFrame
    var length: Int
    var begunAt: UInt64
  }

  let framing: ModbusFraming
  /// How long an RTU line is silent after a frame, in microseconds.
  let silence: UInt64
  private var buffer: [UInt8] = []
  private var begunAt: UInt64 = 0
  private var lastByteAt: UInt64 = 0
  /// Bytes of an RTU frame that is none: what follows belongs to it until the line is silent.
  private var isSpoilt = false

  init(framing: ModbusFraming, silence: UInt64) {
    self.framing = framing
    self.silence = silence
  }

  /// When ``expire(at:)`` has something to do.
  var expiresAt: UInt64? { framing.isRTU && !buffer.isEmpty ? lastByteAt + silence : nil }

  mutating func append(_ bytes: some Collection<UInt8>, at now: UInt64) {
    if buffer.isEmpty { begunAt = now }
    buffer += bytes
    lastByteAt = now
  }

  /// The next whole request.
  ///
  /// - Throws: ``NotModbus`` when the bytes can't be Modbus TCP; the connection is of no more use then.
  mutating func next() throws(NotModbus) -> Request? {
    if framing == .tcp {
      guard buffer.count >= 7 else { return nil }
      let length = Int(buffer.word(4))
      guard buffer.word(2) == 0, (2...254).contains(length) else { throw NotModbus() }
      return buffer.count >= 6 + length ? take(6 + length) : nil
    }
    guard !isSpoilt, let length = rtuLength, buffer.count >= length else { return nil }
    if let request = take(length) { return request }
    isSpoilt = true
    return nil
  }

  /// What an RTU line's silence makes of the bytes before it: a request whose length isn't known by its function, or
  /// nothing, and then `true` tells that bytes were thrown away.
  mutating func expire(at now: UInt64) -> (request: Request?, isLost: Bool) {
    guard let expiresAt, now >= expiresAt else { return (nil, false) }
    defer {
      buffer = []
      isSpoilt = false
    }
    if !isSpoilt, buffer.count <= 256, let request = take(buffer.count) { return (request, false) }
    return (nil, true)
  }

  private mutating func take(_ length: Int) -> Request? {
    guard let frame = WireFrame(decoding: Array(buffer[..<length]), framing: framing) else { return nil }
    buffer.removeFirst(length)
    defer { begunAt = lastByteAt }
    return Request(frame: frame, length: length, begunAt: begunAt)
  }

  /// The length of the RTU request in the buffer with its checksum, `nil` while or because it isn't known.
  private var rtuLength: Int? {
    guard buffer.count >= 2 else { return nil }
    switch buffer[1] {
    case 1...6, 8: return 8
    case 7, 11, 12, 17: return 4
    case 15, 16: return buffer.count >= 7 ? 9 + Int(buffer[6]) : nil
    case 22: return 10
    case 23: return buffer.count >= 11 ? 13 + Int(buffer[10]) : nil
    case 43: return buffer.count >= 3 && buffer[2] == 14 ? 7 : nil
    default: return nil
    }
  }
}

/// Bytes that can't be Modbus TCP.
struct NotModbus: Error {}
