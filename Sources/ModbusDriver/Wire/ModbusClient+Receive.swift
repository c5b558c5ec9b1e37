internal import CModbus
internal import Glibc

extension ModbusClient {
  /// What came back.
  private enum Received {
    /// The unit's answer: its protocol data unit.
    case answer([UInt8])
    /// An answer to an earlier transaction on Modbus TCP.
    case stray(UInt16)
    /// An answer of another unit.
    case stranger(UInt8)
  }

  /// How many answers to earlier requests may come before the one that is waited for.
  private static var strays: Int { 16 }

  /// Waits for the answer, and checks its header.
  ///
  /// - Returns: The answer's protocol data unit.
  func receive(_ exchange: Exchange, on handle: ModbusHandle) throws(ModbusError) -> [UInt8] {
    let characters = exchange.request.answerLength + 3
    let deadline = exchange.start + Int64(timing.responseTimeout) * 1000 + line.time(ofCharacters: characters)
    var stray: UInt16?
    for _ in 0..<Self.strays {
      let received: Received
      do {
        received =
          isForLibrary(exchange)
          ? try receiveByLibrary(exchange, on: handle, until: deadline) : try receiveFrame(exchange, on: handle, until: deadline)
      } catch  where error.code == .timeout {
        guard let stray else { throw error }
        // It costs what silence costs, and is no better.
        throw ModbusError(
          .timeout, "unit \(exchange.unit) answers with transaction \(stray) instead of \(exchange.transaction)", isHeard: true)
      }
      switch received {
      case .answer(let pdu):
        if line.isRTU { try awaitSilence(behind: RTUFrame(unit: exchange.unit, pdu: pdu), on: handle) }
        return pdu
      case .stray(let transaction): stray = transaction
      case .stranger(let unit):
        // A unit that was given up answers after all: that one is late, not this one wrong.
        if line.isRTU, lateUntil[unit, default: 0] > MonotonicTime.now { continue }
        throw ModbusError(.invalidAnswer, "unit \(unit) answers instead of unit \(exchange.unit), or the line is disturbed")
      }
    }
    throw ModbusError(.invalidAnswer, "\(Self.strays) answers came that belong to no request")
  }

  /// Sees what kind of frame was received.
  private func sort(_ bytes: [UInt8], _ exchange: Exchange) throws(ModbusError) -> Received {
    tap?(.received, exchange.unit, bytes, MonotonicTime.now)
    if line.isRTU {
      let frame = try RTUFrame(decoding: bytes)
      return frame.unit == exchange.unit ? .answer(frame.pdu) : .stranger(frame.unit)
    }
    let frame = try MBAPFrame(decoding: bytes)
    guard frame.transaction == exchange.transaction else { return .stray(frame.transaction) }
    return frame.unit == exchange.unit ? .answer(frame.pdu) : .stranger(frame.unit)
  }

  /// Makes sure that the frame was the only one: only the silence behind it says so, which has to be kept before the next
  /// request anyway. A late answer to the request before, which in itself looks right, is found by the right one behind it.
  ///
  /// A few bytes, too short for a frame, are what adapters catch when a transmitter is switched off.
  private func awaitSilence(behind frame: RTUFrame, on handle: ModbusHandle) throws(ModbusError) {
    MonotonicTime.sleep(until: MonotonicTime.now + line.frameSilence)
    guard try Self.waitForInput(handle.descriptor, until: 0) else { return }
    let more = try drain(handle)
    guard more.count < RTUFrame.minimumLength || more == frame.bytes else {
      throw ModbusError(.invalidAnswer, "more follows the answer of unit \(frame.unit): it may be a late one to an earlier request")
    }
  }

  /// - Parameter bytes: What came of the answer.
  private func timeout(_ exchange: Exchange, after bytes: [UInt8] = []) -> ModbusError {
    guard bytes.contains(where: { $0 != 0 }) else {
      return ModbusError(.timeout, "unit \(exchange.unit) doesn't answer \"\(exchange.request)\" within \(timing.responseTimeout) ms")
    }
    return ModbusError(
      .timeout, "unit \(exchange.unit) answers \"\(exchange.request)\" with what is no whole answer within \(timing.responseTimeout) ms",
      isHeard: true)
  }

  /// libmodbus takes an identification (function 43) for a frame of one byte of data, knows no RTU frames over TCP, and
  /// checks frames of units up to 247 only.
  private func isForLibrary(_ exchange: Exchange) -> Bool {
    if case .readDeviceIdentification = exchange.request { return false }
    if case .rtuOverTCP = line { return false }
    return exchange.unit <= 247 || !line.isSerial
  }

  /// Receives a frame by libmodbus, which finds its end by the function's code and checks the checksum, no more.
  private func receiveByLibrary(_ exchange: Exchange, on handle: ModbusHandle, until deadline: Int64) throws(ModbusError) -> Received {
    let left = deadline - MonotonicTime.now
    guard left > 0 else { throw timeout(exchange) }
    ModbusHandle.setTimeout(handle.context, microseconds: left)
    if line.isSerial { modbus_set_slave(handle.context, Int32(exchange.unit)) }
    var bytes = [UInt8](repeating: 0, count: Int(MODBUS_MAX_ADU_LENGTH))
    errno = 0
    let count = modbus_receive_confirmation(handle.context, &bytes)
    let number = errno
    guard count >= 0 else { throw number == ETIMEDOUT ? timeout(exchange, after: bytes) : failure(number, exchange) }
    // It gives 0 for a frame of another unit, whose checksum it doesn't look at.
    guard count > 0 else { return .stranger(bytes[0]) }
    return try sort(Array(bytes.prefix(Int(count))), exchange)
  }

  private func failure(_ number: Int32, _ exchange: Exchange) -> ModbusError {
    // The computed constants EMBBADCRC and EMBBADDATA aren't visible to Swift.
    switch number {
    case MODBUS_ENOBASE + 12:
      ModbusError(.invalidCRC, "the answer of unit \(exchange.unit) was damaged on the line: its checksum doesn't fit")
    case MODBUS_ENOBASE...: ModbusError(.invalidAnswer, "unit \(exchange.unit) answers with what is no frame")
    default: Self.lost(number)
    }
  }

  /// Receives a frame by its own account of its length.
  private func receiveFrame(_ exchange: Exchange, on handle: ModbusHandle, until deadline: Int64) throws(ModbusError) -> Received {
    var bytes: [UInt8] = []
    while true {
      let progress = line.isRTU ? RTUFrame.progress(ofAnswer: bytes) : MBAPFrame.progress(of: bytes)
      switch progress {
      case .complete(let length): return try sort(Array(bytes.prefix(length)), exchange)
      case .invalid(let what): throw ModbusError(.invalidAnswer, "the answer begins with \(what)")
      case .needs(let length):
        guard try Self.waitForInput(handle.descriptor, until: deadline) else { throw timeout(exchange, after: bytes) }
        // No more than belongs to this frame, so that what follows it stays for the next one to be judged by.
        var more = [UInt8](repeating: 0, count: length - bytes.count)
        let count = try Self.read(handle.descriptor, into: &more)
        bytes += more.prefix(count)
      }
    }
  }
}
