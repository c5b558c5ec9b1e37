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

  /// What a unit answers when it is asked for a register; `nil` when nothing is there.
  private func answer(of unit: UInt8, _ client: ModbusClient) throws(CommandFailure) -> String? {
    do {
      guard case .registers(let registers) = try client.send(.readHoldingRegisters(address: 0, quantity: 1), to: unit) else { return nil }
      return "holding register 0 is \(registers.first ?? 0)"
    } catch {
      switch error.code {
      case .timeout, .gatewayPathUnavailable, .gatewayTargetFailedToRespond: return nil
      // Some servers close the connection rather than answer for a unit that they don't have.
      case .connectionLost: return nil
      case .notConnected, .portInUse, .noSilence: throw CommandFailure(error.reason)
      case .invalidAnswer, .invalidCRC: return "damaged: \(error.reason)"
      case .illegalFunction: return "exception 1, illegal function"
      case .illegalDataAddress: return "exception 2, illegal data address"
      case .illegalDataValue: return "exception 3, illegal data value"
      case .serverDeviceFailure: return "exception 4, server device failure"
      case .acknowledge: return "exception 5, acknowledge"
      case .serverDeviceBusy: return "exception 6, server device busy"
      default: return error.reason
      }
    }
  }
}
