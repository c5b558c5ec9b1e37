import Glibc
import MapperSDK
import ModbusDriver
import Synchronization

/// A connection with a flaw.
final class FlawedConnection: DeviceConnection {
  typealias Point = ModbusPoint

  let base: ModbusConnection
  let driver: ModbusDriver
  let flaw: Flaw
  let memory: FlawedDriver.Memory
  private let closes = Mutex(0)

  init(base: ModbusConnection, driver: ModbusDriver, flaw: Flaw, memory: FlawedDriver.Memory) {
    self.base = base
    self.driver = driver
    self.flaw = flaw
    self.memory = memory
    switch flaw {
    case .leavesDescriptors: _ = open("/dev/null", O_RDONLY | O_CLOEXEC)
    case .leavesThreads:
      if let executor = try? BusExecutor() { memory.state.withLock { $0.executors.append(executor) } }
    default: break
    }
  }

  func write(_ value: Value, to point: ModbusPoint) async throws {
    switch flaw {
    case .writesNowhere: return
    case .swallowsWriteErrors: try? await base.write(value, to: point)
    case .remembersBeforeWrite:
      let before = try await base.read([point])
      memory.state.withLock { $0.readings[point.property] = before.first }
      try await base.write(value, to: point)
    case .writesItsNeighbour:
      try await base.write(value, to: point)
      guard point.property == "setpoint" else { return }
      let neighbour = ModbusPoint(
        device: point.device, property: "limit", config: point.config, visitor: ModbusVisitor(table: .holding, offset: 1), type: .int,
        isWritable: true)
      try await base.write(.int(1), to: neighbour)
    case .enforcesItsWrites:
      try await base.write(value, to: point)
      memory.state.withLock { $0.written = (value, point) }
    default: try await base.write(value, to: point)
    }
  }

  func close() async {
    await base.close()
    let count = closes.withLock { count in
      count += 1
      return count
    }
    if flaw == .secondCloseWaits, count > 1 { await withUnsafeContinuation { memory.neverResume($0) } }
  }
}

extension FlawedDriver.Memory {
  /// What waits for this waits for ever.
  func neverResume(_ continuation: UnsafeContinuation<Void, Never>) {}
}
