/// Performs one write to a unit, with what the unit asks for meanwhile.
struct ModbusWriter {
  let client: ModbusClient
  let unit: UInt8
  /// Whether function 22 is used; `false` once the unit says that it doesn't have it.
  var usesMask: Bool

  /// The first pause before a busy unit is asked again, in microseconds; each further one is twice as long.
  private static var firstPause: Int64 { 25_000 }
  /// The longest pause, in microseconds.
  private static var longestPause: Int64 { 250_000 }

  /// Performs the write.
  mutating func perform(_ write: ModbusWrite) throws(ModbusError) {
    switch write {
    case .coil(let address, let value):
      try send(.writeSingleCoil(address: UInt16(clamping: address), value: value), verifiedBy: .bits(address, [value]))
    case .coils(let address, let values):
      try send(.writeMultipleCoils(address: UInt16(clamping: address), values: values), verifiedBy: .bits(address, values))
    case .register(let address, let value):
      try send(.writeSingleRegister(address: UInt16(clamping: address), value: value), verifiedBy: .registers(address, [value]))
    case .registers(let address, let values):
      try send(.writeMultipleRegisters(address: UInt16(clamping: address), values: values), verifiedBy: .registers(address, values))
    case .mask(let address, let and, let or, let writesMultiple):
      if usesMask {
        do {
          let request = ModbusRequest.maskWriteRegister(address: UInt16(clamping: address), and: and, or: or)
          return try send(request, verifiedBy: .mask(address, and, or))
        } catch  where error.code == .illegalFunction {
          usesMask = false
        }
      }
      try change(address, and, or, writesMultiple)
    }
  }

  /// Reads a register and writes it back changed. Nothing else is sent on this bus meanwhile.
  private func change(_ address: Int, _ and: UInt16, _ or: UInt16, _ writesMultiple: Bool) throws(ModbusError) {
    let address = UInt16(clamping: address)
    guard
      case .registers(let found) = try patiently({ () throws(ModbusError) in
        try client.send(.readHoldingRegisters(address: address, quantity: 1), to: unit)
      }), let register = found.first
    else { throw ModbusError(.invalidAnswer, "register \(address) can't be read before its bit is changed") }
    let value = ModbusWrite.masked(register, and: and, or: or)
    let request: ModbusRequest =
      writesMultiple ? .writeMultipleRegisters(address: address, values: [value]) : .writeSingleRegister(address: address, value: value)
    try send(request, verifiedBy: .mask(Int(address), and, or))
  }

  /// How it is seen that a write was done.
  private enum Verification {
    case bits(Int, [Bool])
    case registers(Int, [UInt16])
    case mask(Int, UInt16, UInt16)

    var request: ModbusRequest {
      switch self {
      case .bits(let address, let values): .readCoils(address: UInt16(clamping: address), quantity: values.count)
      case .registers(let address, let values): .readHoldingRegisters(address: UInt16(clamping: address), quantity: values.count)
      case .mask(let address, _, _): .readHoldingRegisters(address: UInt16(clamping: address), quantity: 1)
      }
    }

    func isMet(by response: ModbusResponse) -> Bool {
      switch (self, response) {
      case (.bits(_, let wanted), .bits(let found)): wanted == found
      case (.registers(_, let wanted), .registers(let found)): wanted == found
      case (.mask(_, let and, let or), .registers(let found)): found.allSatisfy { ($0 ^ or) & ~and == 0 }
      default: false
      }
    }
  }

  private func send(_ request: ModbusRequest, verifiedBy verification: Verification) throws(ModbusError) {
    do {
      _ = try patiently { () throws(ModbusError) in try client.send(request, to: unit) }
    } catch  where error.code == .acknowledge {
      try verify(verification, request)
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

  /// Waits until a value is there that the unit has accepted but not yet written.
  private func verify(_ verification: Verification, _ request: ModbusRequest) throws(ModbusError) {
    let end = MonotonicTime.now + Int64(client.timing.responseTimeout) * 1000
    var pause = Self.firstPause
    repeat {
      MonotonicTime.sleep(until: MonotonicTime.now + pause)
      pause = min(pause * 2, Self.longestPause)
      do {
        if verification.isMet(by: try client.send(verification.request, to: unit)) { return }
      } catch  where error.code == .serverDeviceBusy || error.code == .acknowledge {
        // It is still at it.
      }
    } while MonotonicTime.now + pause < end
    throw ModbusError(
      .unverified,
      "the unit accepted to \(request) but doesn't show it within \(client.timing.responseTimeout) ms; it isn't sent again")
  }
}
