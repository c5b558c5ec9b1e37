internal import MapperRuntime
internal import MapperSDK
internal import Synchronization

/// A connection to a device, used as the framework does: planned reads, divided where a request fails, and made anew when it
/// broke. One check uses it, one call after the other.
final class Session<Subject: DriverUnderTest>: Sendable {
  typealias Driver = Subject.Driver
  typealias Point = Driver.Connection.Point

  let bench: Bench<Subject>
  let binding: DeviceBinding<Driver>
  private let executor: BusExecutor
  private let connection = Mutex<Driver.Connection?>(nil)

  /// - Parameter executor: The bus's thread; that of the bench, unless given.
  init(_ bench: Bench<Subject>, _ device: SimulatedDevice? = nil, on executor: BusExecutor? = nil) throws {
    self.bench = bench
    self.executor = executor ?? bench.executor
    binding = try bench.binding(device)
  }

  func point(_ property: String) throws -> Point {
    guard let point = binding.point(property) else { throw bench.failure("a point for \(property)", "none") }
    return point
  }

  /// The connection, made if there is none.
  func connected() async throws -> Result<Driver.Connection, any Error> {
    if let open = connection.withLock({ $0 }) { return .success(open) }
    let (driver, bus, config, logger) = (bench.driver, binding.bus, binding.config, bench.logger)
    let result = try await bench.call("connect", on: executor) {
      try await driver.connect(to: bus, config: config, logger: logger)
    }
    if case .success(let open) = result { connection.withLock { $0 = open } }
    return result
  }

  /// The connection.
  ///
  /// - Throws: ``ConformanceFailure`` when there is none.
  func connect() async throws -> Driver.Connection {
    switch try await connected() {
    case .success(let open): return open
    case .failure(let error):
      throw bench.failure("to connect to the simulator", "\(error)", "DeviceSimulator.protocolConfig has to reach it")
    }
  }

  /// Closes the connection.
  func close() async throws {
    guard let open = connection.withLock({ $0.take() }) else { return }
    _ = try await bench.call("close", on: executor) { await open.close() }
  }

  // MARK: Reading

  /// Reads properties, by name.
  func read(_ properties: [String]) async throws -> [String: ReadOutcome] {
    let outcomes = try await read(properties.map(point))
    return Dictionary(uniqueKeysWithValues: zip(properties, outcomes))
  }

  /// Reads one property.
  func read(_ property: String) async throws -> ReadOutcome {
    try await read([property])[property] ?? .failure(ReadingError(.failed, "not read"))
  }

  /// Reads all properties.
  func readAll() async throws -> [String: ReadOutcome] { try await read(bench.properties.map(\.name)) }

  /// Reads points; one outcome for each, in order.
  func read(_ points: [Point]) async throws -> [ReadOutcome] {
    var outcomes: [ReadOutcome?] = Array(repeating: nil, count: points.count)
    for request in bench.driver.plan(points, costs: RequestCosts(turnaround: 0)) {
      let places = request.points.filter(points.indices.contains)
      for (place, outcome) in zip(places, try await perform(places.map { points[$0] })) { outcomes[place] = outcome }
    }
    return try outcomes.enumerated().map { place, outcome in
      guard let outcome else {
        throw bench.failure("plan to have each point", "none for \(points[place].property)", ConformanceCheck.planIsComplete.explanation)
      }
      return outcome
    }
  }

  private func perform(_ points: [Point]) async throws -> [ReadOutcome] {
    let open: Driver.Connection
    switch try await connected() {
    case .success(let connection): open = connection
    case .failure(let error):
      let cause = ReadingError(thrown: error)
      return points.map { _ in .failure(ReadingError(.notConnected, cause.reason)) }
    }
    switch try await bench.call("read", on: executor, { try await open.read(points) }) {
    case .success(let readings):
      guard readings.count == points.count else {
        throw bench.failure(
          "a reading for each of \(points.count) points", "\(readings.count) readings",
          "read(_:) returns one reading a point, .failure where there is no value")
      }
      let outcomes = readings.map { ReadOutcome($0) }
      if outcomes.allSatisfy({ $0.error?.scope == .bus }) { try await close() }
      return outcomes
    case .failure(let error):
      let error = ReadingError(thrown: error)
      if error.scope == .bus { try await close() }
      guard error.scope == .request, points.count > 1 else { return points.map { _ in .failure(error) } }
      let half = points.count / 2
      let first = try await perform(Array(points[..<half]))
      return first + (try await perform(Array(points[half...])))
    }
  }

  /// Reads a property again and again until there is a value.
  ///
  /// - Throws: ``ConformanceFailure`` when the value is wrong, or doesn't come.
  func recover(_ property: String, to text: String, _ hint: String) async throws {
    let end = ContinuousClock.now + bench.patience * 2
    while true {
      let outcome = try await read(property)
      guard case .failure(let error) = outcome else { return try bench.expect(outcome, of: property, is: text, hint) }
      try Task.checkCancellation()
      guard ContinuousClock.now < end else {
        throw bench.failure(
          "\(property) to be readable again within \(bench.patience * 2) of the device being healthy", error.detail, hint)
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  // MARK: Writing

  /// Writes a property.
  func write(_ text: String, to property: String) async throws -> Result<Void, any Error> {
    let point = try point(property)
    let value: Value
    do { value = try Value(parsing: text, as: point.type) } catch {
      throw bench.failure("values that are of type \(point.type)", error.reason, "look at SimulatedProperty.values of \(property)")
    }
    let open = try await connect()
    let result = try await bench.call("write", on: executor) { try await open.write(value, to: point) }
    if case .failure(let error) = result, ReadingError(thrown: error).scope == .bus { try await close() }
    return result
  }
}
