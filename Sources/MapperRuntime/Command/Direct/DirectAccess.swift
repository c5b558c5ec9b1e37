internal import ArgumentParser
internal import Glibc
internal import Logging
internal import MapperSDK

/// A device on its bus, without a runtime: for commands that do one thing now.
struct DirectAccess<M: Mapper>: Sendable {
  typealias Point = M.Driver.Connection.Point

  let driver: M.Driver
  let binding: DeviceBinding<M.Driver>
  let logger: Logger
  let secrets: SecretTexts

  /// What a driver is told when a command makes it; sets the process's logging up.
  ///
  /// - Parameter secrets: What is kept out of what the driver logs.
  static func context(logLevel: Logger.Level, secrets: SecretTexts) -> DriverContext {
    LoggingSystem.bootstrap { label in
      var handler = StreamLogHandler.standardError(label: label)
      handler.logLevel = logLevel
      return handler
    }
    let folder = MapperSettings.stateDirectory(M.name, { getenv($0).map { String(cString: $0) } }, getuid() == 0)
    return DriverContext(stateDirectory: folder, logger: secrets.masking(Logger(label: M.name)))
  }

  /// All properties, those that can't be served too.
  var allProperties: [String] { binding.points.map(\.property) + binding.faults.keys.sorted() }

  /// Connects, does something on the bus's own thread, and disconnects.
  ///
  /// - Throws: ``CommandFailure`` when there is no connection.
  private func connected<Output: Sendable>(
    _ body: @escaping @Sendable (M.Driver.Connection) async -> Output
  ) async throws -> Output {
    let executor = try BusExecutor()
    return try await withThrowingTaskGroup(of: Output.self) { group in
      group.addTask(executorPreference: executor) { [driver, binding, logger, secrets] in
        let connection: M.Driver.Connection
        do {
          connection = try await driver.connect(to: binding.bus, config: binding.config, logger: logger)
        } catch {
          throw CommandFailure(secrets.masked("\(error)\n\(Self.hint(binding))"))
        }
        let output = await body(connection)
        await connection.close()
        return output
      }
      guard let output = try await group.next() else { throw CancellationError() }
      return output
    }
  }

  /// What to do when a device doesn't answer: many buses take one master at a time.
  var hint: String { secrets.masked(Self.hint(binding)) + "\n" }

  private static func hint(_ binding: DeviceBinding<M.Driver>) -> String {
    let property = binding.points.first?.property ?? "PROPERTY"
    return """
      If a mapper that runs holds \(binding.bus), ask it instead:
        curl http://127.0.0.1:\(M.defaultHTTPPort)/api/v1/device/\(binding.name)/\(property)
      """
  }

  // MARK: Reading

  /// Reads properties, each once.
  ///
  /// - Returns: What came of them, and whether the device, or the way to it, doesn't answer.
  func read(_ names: [String]) async throws -> (results: [DirectResult], isCutOff: Bool) {
    let points = names.compactMap(binding.point)
    var results: [String: DirectResult] = [:]
    var isCutOff = false
    if !points.isEmpty {
      let (readings, outage) = try await connected { connection in
        var reader = DirectReader<M.Driver>(points: points, connection: connection)
        await reader.read(driver.plan(points, costs: RequestCosts(turnaround: 10_000)))
        return (reader.readings, reader.outage)
      }
      isCutOff = outage != nil
      let now = SystemClock.milliseconds()
      for (point, reading) in zip(points, readings) {
        results[point.property] = DirectResult(reading, property: point.property, type: point.type, limits: point.limits, now: now)
      }
    }
    return (names.map { masked(results[$0] ?? DirectResult($0, problem: binding.faults[$0] ?? noProperty($0))) }, isCutOff)
  }

  /// A result with nothing secret in what its driver says.
  private func masked(_ result: DirectResult) -> DirectResult {
    var result = result
    result.problem = result.problem.map { secrets.masked($0) }
    return result
  }

  private func noProperty(_ name: String) -> String {
    let hint = Suggestion.nearest(to: name, among: allProperties).map { ", did you mean \($0)?" } ?? ""
    return "the device has no such property\(hint)"
  }

  // MARK: Writing

  /// Reads values for what they are to be written to.
  ///
  /// - Throws: ``CommandFailure`` that names all that can't be written.
  func checked(_ wishes: [(property: String, text: String)]) throws -> [(value: Value, point: Point)] {
    var problems: [String] = []
    var writes: [(value: Value, point: Point)] = []
    for wish in wishes {
      guard let point = binding.point(wish.property) else {
        problems.append("\(wish.property): \(binding.faults[wish.property] ?? noProperty(wish.property))")
        continue
      }
      guard point.isWritable else {
        problems.append("\(wish.property): the property is read-only")
        continue
      }
      do {
        let value = try Value(parsing: wish.text, as: point.type)
        try point.limits.check(value)
        writes.append((value, point))
      } catch {
        problems.append("\(wish.property): \(error.reason)")
      }
    }
    guard problems.isEmpty else { throw CommandFailure(secrets.masked("nothing is written: \(problems.joined(separator: "; "))")) }
    return writes
  }

  /// Writes values in their order and reads each back.
  ///
  /// - Returns: What came of them, and whether the device, or the way to it, didn't answer.
  func write(_ writes: [(value: Value, point: Point)]) async throws -> (results: [DirectResult], isCutOff: Bool) {
    let (results, isCutOff) = try await connected { connection in
      var results: [DirectResult] = []
      var isCutOff = false
      for (value, point) in writes {
        guard !Task.isCancelled else {
          results.append(DirectResult(point.property, problem: "not written: interrupted"))
          continue
        }
        do {
          let reading = try await Self.write(value, to: point, connection)
          var result = DirectResult(
            reading, property: point.property, type: point.type, limits: point.limits, now: SystemClock.milliseconds())
          if let problem = result.problem {
            result.problem = "written, but not read back: \(problem)"
          } else if result.value != value.text {
            result.problem = "is not what was written: \(value.text ?? "?")"
          }
          results.append(result)
        } catch {
          if let error = error as? ReadingError, BusFailure(error).isUnreachable { isCutOff = true }
          results.append(DirectResult(point.property, problem: "not written: \(error)"))
        }
      }
      return (results, isCutOff)
    }
    return (results.map(masked), isCutOff)
  }

  /// Writes a value and reads it back; waits for one that the device has taken and needs long for.
  private static func write(_ value: Value, to point: Point, _ connection: M.Driver.Connection) async throws -> Reading {
    while true {
      do {
        return try await DeviceWorker<M.Driver>.write(value, to: point, unlessItIs: false, connection)
      } catch let error as ReadingError where error.code == .inProgress {
        // The driver looks for it, and ends this some time.
        if Task.isCancelled { throw error }
      }
    }
  }
}
