import MapperSDK
import ModbusDriver
import Synchronization

/// The Modbus driver with one flaw.
struct FlawedDriver: DeviceDriver {
  typealias ProtocolConfig = ModbusConfig
  typealias Visitor = ModbusVisitor

  /// What flaws remember.
  final class Memory: Sendable {
    struct State {
      var calls = 0
      var readings: [String: Reading] = [:]
      var visitors: [String: ModbusPoint] = [:]
      var late: ModbusPoint?
      var written: (Value, ModbusPoint)?
      var isBroken = false
      var executors: [BusExecutor] = []
    }

    let state = Mutex(State())
  }

  static var protocolName: String { ModbusDriver.protocolName }
  static var schema: DriverSchema { ModbusDriver.schema }

  let flaw: Flaw
  let memory = Memory()
  private let base = ModbusDriver()

  init(flaw: Flaw) { self.flaw = flaw }

  private func calls() -> Int {
    memory.state.withLock { state in
      state.calls += 1
      return state.calls
    }
  }

  func bus(of device: DeviceName, config: ModbusConfig) -> BusID {
    let bus = base.bus(of: device, config: config)
    return flaw == .busOfEachCall ? BusID("\(bus)#\(calls())") : bus
  }

  func unit(of device: DeviceName, config: ModbusConfig) -> UnitID { base.unit(of: device, config: config) }

  func issues(with config: ModbusConfig) -> [SchemaIssue] { base.issues(with: config) }

  func issues(with point: ModbusPoint) -> [SchemaIssue] { base.issues(with: point) }

  func plan(_ points: [ModbusPoint], costs: RequestCosts) -> [PlannedRead] {
    switch flaw {
    case .planWithoutTheLast: return base.plan(Array(points.dropLast()), costs: costs)
    case .planThatChanges:
      let plan = base.plan(points, costs: costs)
      return calls().isMultiple(of: 2) ? plan : plan.reversed()
    case .readingsReversed, .emptyReadThrows, .oneRefusalForAll, .readsAllOrNothing:
      return points.isEmpty ? [] : [PlannedRead(points: Array(points.indices))]
    default: return base.plan(points, costs: costs)
    }
  }

  func connect(to bus: BusID, config: ModbusConfig, logger: Logger) async throws -> FlawedConnection {
    if flaw == .givesUp, memory.state.withLock({ $0.isBroken }) { throw ReadingError(.notConnected, "nobody was there before") }
    while true {
      do {
        let connection = try await base.connect(to: bus, config: config, logger: logger)
        return FlawedConnection(base: connection, driver: base, flaw: flaw, memory: memory)
      } catch {
        memory.state.withLock { $0.isBroken = true }
        guard flaw == .connectsForEver else { throw error }
      }
    }
  }
}
