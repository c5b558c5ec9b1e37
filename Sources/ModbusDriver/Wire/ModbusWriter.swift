/// Performs one write to a unit, with what the unit asks for meanwhile.
struct ModbusWriter {
  /// What a unit did with a write.
  enum Outcome {
    /// It is done.
    case done
    /// It is accepted and takes long: it must not be sent again.
    case accepted
  }

  let client: ModbusClient
  let unit: UInt8
  /// Whether function 22 is used; `false` once the unit says that it doesn't have it.
  var usesMask: Bool

  /// The first pause before a busy unit is asked again, in microseconds; each further one is twice as long.
  private static var firstPause: Int64 { 25_000 }
  /// The longest pause, in microseconds.
  private static var longestPause: Int64 { 250_000 }

  /// Performs the write.
  mutating func perform(_ write: ModbusWrite) throws(ModbusError) -> Outcome {
    switch write {
    case .coil(let address, let value): return try send(.writeSingleCoil(address: UInt16(clamping: address), value: value))
    case .coils(let address, let values): return try send(.writeMultipleCoils(address: UInt16(clamping: address), values: values))
    case .register(let address, let value): return try send(.writeSingleRegister(address: UInt16(clamping: address), value: value))
    case .registers(let address, let values):
      return try send(.writeMultipleRegisters(address: UInt16(clamping: address), values: values))
    case .mask(let address, let and, let or, let writesMultiple):
      if usesMask {
        do {
          return try send(.maskWriteRegister(address: UInt16(clamping: address), and: and, or: or))
        } catch  where error.code == .illegalFunction {
          usesMask = false
        }
      }
      return try change(address, and, or, writesMultiple)
    }
  }

  /// Reads a register and writes it back changed. Nothing else is sent on this bus meanwhile.
  private func change(_ address: Int, _ and: UInt16, _ or: UInt16, _ writesMultiple: Bool) throws(ModbusError) -> Outcome {
    let address = UInt16(clamping: address)
    guard
      case .registers(let found) = try patiently({ () throws(ModbusError) in
        try client.send(.readHoldingRegisters(address: address, quantity: 1), to: unit)
      }), let register = found.first
    else { throw ModbusError(.invalidAnswer, "register \(address) can't be read before its bit is changed") }
    let value = ModbusWrite.masked(register, and: and, or: or)
    return try send(
      writesMultiple ? .writeMultipleRegisters(address: address, values: [value]) : .writeSingleRegister(address: address, value: value))
  }

  private func send(_ request: ModbusRequest) throws(ModbusError) -> Outcome {
    do {
      _ = try patiently { () throws(ModbusError) in try client.send(request, to: unit) }
      return .done
    } catch  where error.code == .acknowledge {
      return .accepted
    }
  }

  /// Sends again while the unit is busy, for up to the response timeout, but once more in any case.
  private func patiently(_ send: () throws(ModbusError) -> ModbusResponse) throws(ModbusError) -> ModbusResponse {
    let end = MonotonicTime.now + Int64(client.timing.responseTimeout) * 1000
    var pause = Self.firstPause
    var isFirst = true
    while true {
      do {
        return try send()
      } catch  where error.code == .serverDeviceBusy {
        guard isFirst || MonotonicTime.now + pause < end else { throw error }
        MonotonicTime.sleep(until: MonotonicTime.now + pause)
        pause = min(pause * 2, Self.longestPause)
        isFirst = false
      }
    }
  }

  /// Looks whether the unit shows what it has accepted: for up to the response timeout, or once more after a pause.
  func shows(_ write: ModbusWrite, isLookedForAgain: Bool) throws(ModbusError) -> Bool {
    var pause = isLookedForAgain ? Self.longestPause : Self.firstPause
    let end = isLookedForAgain ? .min : MonotonicTime.now + Int64(client.timing.responseTimeout) * 1000
    repeat {
      MonotonicTime.sleep(until: MonotonicTime.now + pause)
      pause = min(pause * 2, Self.longestPause)
      do {
        if write.isShown(by: try client.send(ModbusRequest(reading: write.span), to: unit).data, at: 0) { return true }
      } catch  where error.code == .serverDeviceBusy || error.code == .acknowledge {
        // It is still at it.
      }
    } while MonotonicTime.now + pause < end
    return false
  }
}
