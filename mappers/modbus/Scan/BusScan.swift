import MapperRuntime
import MapperSDK
import ModbusDriver

/// Asks unit after unit of a line whether it is there.
struct BusScan: Sendable {
  let line: ModbusLine
  let units: [UInt8]
  /// How long each may take, in milliseconds.
  let timeout: Int
  /// Told before each unit: its place, and how many answered.
  let onProgress: @Sendable (_ place: Int, _ found: Int) -> Void

  /// Asks all, until cancelled.
  ///
  /// - Returns: The units that answered, and whether all were asked.
  /// - Throws: ``CommandFailure`` when the line can't be opened.
  func run() async throws -> (found: [FoundUnit], isComplete: Bool) {
    let executor = try BusExecutor()
    return try await withThrowingTaskGroup(of: (found: [FoundUnit], isComplete: Bool).self) { group in
      group.addTask(executorPreference: executor) { try ask() }
      return try await group.next() ?? ([], false)
    }
  }

  /// Blocks its thread.
  private func ask() throws -> (found: [FoundUnit], isComplete: Bool) {
    let client = ModbusClient(line: line, timing: ModbusTiming(responseTimeout: timeout))
    defer { client.close() }
    do {
      try client.open()
    } catch {
      throw CommandFailure(error.reason)
    }
    var found: [FoundUnit] = []
    for (place, unit) in units.enumerated() {
      if Task.isCancelled { return (found, false) }
      onProgress(place, found.count)
      // On a serial line that is all units, and none answers.
      if unit == 0, line.isRTU { continue }
      if let answer = try answer(of: unit, client) {
        found.append(FoundUnit(unit: unit, answer: answer, identity: try? client.identity(of: unit)))
      }
    }
    return (found, true)
  }

  /// What a unit answers when it is asked for a register; `nil` when nothing is there, which costs one timeout.
  private func answer(of unit: UInt8, _ client: ModbusClient) throws(CommandFailure) -> String? {
    guard let first = try ask(unit, .readHoldingRegisters(address: 0, quantity: 1), client) else { return nil }
    guard case .refused(let refusal) = first else { return first.text }
    // Who refuses that is there, and may have what is said of other tables.
    for request in [ModbusRequest.readInputRegisters(address: 0, quantity: 1), .readCoils(address: 0, quantity: 1)] {
      if case .value(let value)? = try ask(unit, request, client) { return "\(value); holding register 0: \(refusal)" }
    }
    return refusal
  }

  private enum Answer {
    case value(String)
    case refused(String)
    case noise(String)

    var text: String {
      switch self {
      case .value(let text), .refused(let text): text
      case .noise(let text): "damaged: \(text)"
      }
    }
  }

  private func ask(_ unit: UInt8, _ request: ModbusRequest, _ client: ModbusClient) throws(CommandFailure) -> Answer? {
    do {
      switch (request, try client.send(request, to: unit)) {
      case (.readHoldingRegisters, .registers(let registers)): return .value("holding register 0 is \(registers.first ?? 0)")
      case (_, .registers(let registers)): return .value("input register 0 is \(registers.first ?? 0)")
      case (_, .bits(let bits)): return .value("coil 0 is \(bits.first == true ? "on" : "off")")
      case (_, .written), (_, .identification): return .noise("it answers something else")
      }
    } catch {
      switch error.code {
      // What came in a timeout's place is no silence.
      case .timeout where error.isHeard: return .noise(error.reason)
      // These a gateway says of units that aren't there.
      case .timeout, .gatewayPathUnavailable, .gatewayTargetFailedToRespond: return nil
      // Some servers close the connection rather than answer for a unit that they don't have.
      case .connectionLost: return nil
      case .notConnected, .portInUse, .noSilence: throw CommandFailure(error.reason)
      case .illegalFunction: return .refused("exception 1, illegal function")
      case .illegalDataAddress: return .refused("exception 2, illegal data address")
      case .illegalDataValue: return .refused("exception 3, illegal data value")
      case .serverDeviceFailure: return .refused("exception 4, server device failure")
      case .acknowledge: return .refused("exception 5, acknowledge")
      case .serverDeviceBusy: return .refused("exception 6, server device busy")
      case .memoryParityError: return .refused("exception 8, memory parity error")
      case .unknownException: return .refused(error.reason)
      default: return .noise(error.reason)
      }
    }
  }
}
