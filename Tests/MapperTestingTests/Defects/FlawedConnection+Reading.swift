import Glibc
import MapperSDK
import ModbusDriver
import Synchronization

extension FlawedConnection {
  func read(_ points: [ModbusPoint]) async throws -> [Reading] {
    memory.state.withLock { state in
      state.calls += 1
      for point in points where state.visitors[point.property] == nil { state.visitors[point.property] = point }
    }
    switch flaw {
    case .readsAllOrNothing, .readingsReversed, .emptyReadThrows, .oneRefusalForAll: return try await readOneByOne(points)
    case .zeroForFailures, .lastValueForFailures, .timeoutOfThePoint, .lostConnectionOfThePoint, .impatient, .takesLateAnswers,
      .waitsForEver, .neverEnds, .oneFailureForAll:
      return try await readWithFailures(points)
    case .textForNumbers: return try await base.read(points).map { _ in .value(.string("many")) }
    case .remembersForEver, .remembersBeforeWrite: return try await readFromMemory(points)
    case .blocksSwiftsThreads:
      let base = base
      return try await withTaskExecutorPreference(globalConcurrentExecutor) { try await base.read(points) }
    case .losesConnections:
      if memory.state.withLock({ $0.calls.isMultiple(of: 5) }) { throw ReadingError(.notConnected, "a moment, please") }
      return try await base.read(points)
    case .oneDeviceAtATime:
      guard Set(points.map(\.device)).count < 2 else { throw ReadingError(.failed, "a request is for one device") }
      return try await base.read(points)
    case .visitorsByName:
      return try await base.read(memory.state.withLock { state in points.map { state.visitors[$0.property] ?? $0 } })
    case .enforcesItsWrites:
      if let (value, point) = memory.state.withLock({ $0.written }) { try await base.write(value, to: point) }
      return try await base.read(points)
    default: return try await base.read(points)
    }
  }

  /// Each point with a request of its own, in the driver's order.
  private func readOneByOne(_ points: [ModbusPoint]) async throws -> [Reading] {
    if flaw == .emptyReadThrows, points.isEmpty { throw ReadingError(.failed, "nothing to read") }
    if flaw == .readsAllOrNothing, !points.contains(where: { $0.property == "voltage" }) {
      throw ReadingError(.failed, "a record without its voltage", scope: .request)
    }
    var readings: [Reading] = []
    for point in points {
      do {
        readings += try await base.read([point])
      } catch let error as ReadingError where error.scope != .bus {
        if flaw == .oneRefusalForAll { throw ReadingError(.failed, "one of them is refused") }
        readings.append(.failure(error))
      }
    }
    return flaw == .readingsReversed ? readings.reversed() : readings
  }

  private func readFromMemory(_ points: [ModbusPoint]) async throws -> [Reading] {
    let known = memory.state.withLock { state in points.map { state.readings[$0.property] } }
    let fresh = try await base.read(points)
    return zip(points, zip(known, fresh)).map { point, readings in
      let (old, new) = readings
      if flaw == .remembersForEver { memory.state.withLock { $0.readings[point.property] = old ?? new } }
      return old ?? new
    }
  }

  private func readWithFailures(_ points: [ModbusPoint]) async throws -> [Reading] {
    let start = SystemClock.uptime()
    do {
      if flaw == .oneFailureForAll, memory.state.withLock({ $0.isBroken }) {
        throw ReadingError(.notConnected, "something is wrong somewhere")
      }
      let wanted = points
      var points = points
      if flaw == .takesLateAnswers, let late = memory.state.withLock({ $0.late.take() }) { points = points.map { _ in late } }
      let readings = try await base.read(points)
      if flaw == .impatient, SystemClock.uptime() - start > 30 { throw ReadingError(.timeout, "the device takes too long") }
      memory.state.withLock { state in
        for (point, reading) in zip(wanted, readings) { state.readings[point.property] = reading }
      }
      return readings
    } catch let error as ReadingError {
      switch flaw {
      case .zeroForFailures: return points.map { _ in .value(.int(0)) }
      case .lastValueForFailures:
        return points.map { point in memory.state.withLock { $0.readings[point.property] } ?? .failure(error) }
      case .timeoutOfThePoint, .lostConnectionOfThePoint: throw ReadingError(error.code, error.reason, scope: .point)
      case .takesLateAnswers:
        memory.state.withLock { $0.late = points.first }
        throw error
      case .waitsForEver, .neverEnds: return try await readWithFailures(points)
      case .oneFailureForAll:
        memory.state.withLock { $0.isBroken = true }
        throw error
      default: throw error
      }
    }
  }
}
