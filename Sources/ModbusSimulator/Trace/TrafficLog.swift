import Synchronization

/// The requests and counts of one simulator.
final class TrafficLog: Sendable {
  private struct State {
    var records: [RequestRecord] = []
    /// The sequence of the first record.
    var first = 0
    var counters = SimulatorCounters()
  }

  private let state = Mutex(State())
  private let limit: Int

  init(limit: Int) { self.limit = max(1, limit) }

  var records: [RequestRecord] { state.withLock { Array($0.records.suffix(limit)) } }
  var counters: SimulatorCounters { state.withLock { $0.counters } }

  func take() -> [RequestRecord] {
    state.withLock { state in
      defer {
        state.first += state.records.count
        state.records = []
      }
      return Array(state.records.suffix(limit))
    }
  }

  func count(_ body: (inout SimulatorCounters) -> Void) { state.withLock { body(&$0.counters) } }

  /// Notes a request and returns it with its number.
  func begin(_ frame: WireFrame, at now: UInt64, connection: Int, fault: Fault?, isOverlapping: Bool) -> RequestRecord {
    state.withLock { state in
      let record = RequestRecord(
        sequence: state.first + state.records.count, receivedAt: now, connection: connection, unit: frame.unit, pdu: frame.pdu,
        fault: fault, isOverlapping: isOverlapping)
      // Twice the limit are kept before the older half goes, so that a long run doesn't move the list at each request.
      if state.records.count >= limit * 2 {
        state.records.removeFirst(limit)
        state.first += limit
      }
      state.records.append(record)
      state.counters.requests += 1
      state.counters.requestsByUnit[frame.unit, default: 0] += 1
      state.counters.requestsByFunction[record.function, default: 0] += 1
      if fault != nil { state.counters.faults += 1 }
      if isOverlapping { state.counters.overlaps += 1 }
      return record
    }
  }

  func note(_ sequence: Int, exception: ModbusExceptionCode) {
    state.withLock { state in
      let index = sequence - state.first
      if state.records.indices.contains(index) { state.records[index].exception = exception }
    }
  }

  func answered(_ sequence: Int, at now: UInt64) {
    state.withLock { state in
      state.counters.answers += 1
      let index = sequence - state.first
      guard state.records.indices.contains(index) else { return }
      state.records[index].answeredAt = now
      if state.records[index].exception != nil { state.counters.exceptions += 1 }
    }
  }
}
