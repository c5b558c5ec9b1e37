internal import Glibc

extension ModbusClient {
  /// How long nothing must be heard for a line to count as silent, in microseconds: more than any pause that adapters
  /// and device servers make within a frame.
  private var silence: Int64 { max(50_000, line.frameSilence) }

  /// How long a line may take to become silent, in microseconds.
  private static var patience: Int64 { 2_000_000 }

  /// The open line, when nothing more can come on it that isn't the answer to the next request, as far as that can be
  /// known, and when its pauses are kept.
  func ready(for unit: UInt8) throws(ModbusError) -> ModbusHandle {
    // TCP has no way to be heard out, but a new connection is never late with an answer; and one that is half open
    // shows by a timeout alone.
    if isDoubtful, !line.isSerial { handle = nil }
    if !line.isRTU { isDoubtful = false }
    if let handle, !line.isSerial, Self.isEnded(handle.descriptor) { self.handle = nil }
    try open()
    guard let handle else { throw ModbusError(.notConnected, "not connected") }
    guard line.isRTU else {
      MonotonicTime.sleep(until: earliestSend)
      return handle
    }
    try hearOut(handle, lateAnswerOf: unit)
    return handle
  }

  /// Waits until the line is silent after what is still to come, and the pause before the next request is over.
  private func hearOut(_ handle: ModbusHandle, lateAnswerOf unit: UInt8) throws(ModbusError) {
    do {
      // Of two requests to a unit that is merely slow, the second would get the first's answer.
      if let until = lateUntil.removeValue(forKey: unit), until > MonotonicTime.now {
        if try Self.waitForInput(handle.descriptor, until: until) { isDoubtful = true }
      }
      if isDoubtful {
        try drain(handle)
        isDoubtful = false
      }
      MonotonicTime.sleep(until: earliestSend)
      if try Self.waitForInput(handle.descriptor, until: 0) { try drain(handle) }
    } catch {
      isDoubtful = true
      if error.code == .connectionLost { self.handle = nil }
      throw error
    }
  }

  /// Reads what comes until nothing more does.
  ///
  /// - Returns: The first bytes of it, no fewer than a frame has.
  @discardableResult
  func drain(_ handle: ModbusHandle) throws(ModbusError) -> [UInt8] {
    let end = MonotonicTime.now + Self.patience
    var first: [UInt8] = []
    var bytes = [UInt8](repeating: 0, count: 512)
    while try Self.waitForInput(handle.descriptor, until: MonotonicTime.now + silence) {
      let count = try Self.read(handle.descriptor, into: &bytes)
      if first.count < bytes.count { first += bytes.prefix(count) }
      guard MonotonicTime.now < end else {
        throw ModbusError(.noSilence, "the line is never silent: another master or a broken device talks on it")
      }
    }
    return first
  }

  /// Whether the other end has closed the connection while nothing was asked: servers do that with idle ones.
  private static func isEnded(_ descriptor: Int32) -> Bool {
    var byte: UInt8 = 0
    let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
    return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)
  }
}
