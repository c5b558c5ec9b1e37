internal import DeviceAPI
internal import MapperRuntime
public import MapperSDK
internal import ServiceLifecycle
internal import Synchronization

/// Runs a driver's devices as a mapper does, with an edge core in memory: no broker, no API, no files.
///
/// ```swift
/// try await MapperHarness.run(MyDriver()) { harness in
///   try harness.apply(deviceAndModelAsYAML)
///   let report = try await harness.edge.report(of: "temperature", of: boiler)
///   await harness.edge.desire("70", for: "setpoint", of: boiler)
/// }
/// ```
public struct MapperHarness<Driver: DeviceDriver>: Sendable {
  private final class Book: Sendable {
    let state: Mutex<SpecBook>
    init(_ book: SpecBook) { state = Mutex(book) }
  }

  /// What the devices report to.
  public let edge: FakeEdge
  private let host: DeviceHost<Driver>
  private let book: Book

  /// Runs devices while a test's body runs, and lets them go after it.
  ///
  /// - Parameters:
  ///   - driver: The driver.
  ///   - edge: What the devices report to.
  ///   - clock: The framework's clock; the system's, unless given.
  ///   - logger: Where devices and connections log; nowhere, unless given.
  ///   - patience: How long the devices may take to end after the body, of the system's time.
  ///   - body: The test.
  /// - Throws: What the body throws; ``HarnessError`` with the code `stillRunning` when the devices don't end.
  public static func run<Result: Sendable>(
    _ driver: Driver, edge: FakeEdge = FakeEdge(), clock: ManualClock? = nil, logger: Logger? = nil, patience: Duration = .seconds(30),
    _ body: (MapperHarness) async throws -> Result
  ) async throws -> Result {
    let logger = logger ?? Logger(label: "harness") { _ in SwiftLogNoOpLogHandler() }
    let host = DeviceHost(driver: driver, edge: edge, clock: clock?.mapperClock ?? .system, logger: logger)
    let book = SpecBook(driver: driver)
    let harness = MapperHarness(edge: edge, host: host, book: Book(book))
    let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [host], logger: logger))
    let end = Promise<Void>()
    // Not a child: a driver that never returns would never let the test end, and nobody would learn why.
    let task = Task {
      try? await group.run()
      end.fulfil(())
    }
    let outcome: Swift.Result<Result, any Error>
    do { outcome = .success(try await body(harness)) } catch { outcome = .failure(error) }
    await group.triggerGracefulShutdown()
    if await end.value(within: patience) == nil {
      task.cancel()
      // What is wrong with the devices is told rather than what the body saw of it, unless the body failed first.
      _ = try outcome.get()
      throw HarnessError(.stillRunning, at: Driver.protocolName, "the devices didn't end within \(patience) after they were told to")
    }
    return try outcome.get()
  }

  // MARK: Devices

  /// Applies Devices and DeviceModels, as `kubectl apply` does: what is applied again replaces what was.
  ///
  /// Devices are taken whatever node they name.
  ///
  /// - Parameter text: YAML or JSON, one object or several.
  /// - Throws: ``HarnessError`` when something in them is wrong; then nothing is applied.
  public func apply(_ text: String) throws {
    let (changes, _) = try book.state.withLock { try $0.apply(text, isStrict: true) }
    host.submit(changes)
  }

  /// Applies Devices and DeviceModels though something in them may be wrong: a broken Device runs as one.
  ///
  /// - Parameter text: YAML or JSON, one object or several.
  /// - Returns: What is wrong, and what is odd, each with its place.
  /// - Throws: ``HarnessError`` when the text can't be read.
  public func applyRegardless(_ text: String) throws -> [String] {
    let (changes, findings) = try book.state.withLock { try $0.apply(text, isStrict: false) }
    host.submit(changes)
    return findings
  }

  /// Deletes a Device.
  public func delete(device: DeviceName) {
    host.submit(book.state.withLock { $0.delete(ResourceKind.device.rawValue, device) })
  }

  /// Deletes a DeviceModel.
  public func delete(model: DeviceName) {
    host.submit(book.state.withLock { $0.delete(ResourceKind.deviceModel.rawValue, model) })
  }

  // MARK: Requests

  /// Reads a property on the bus, now, as the mapper's REST API does.
  ///
  /// - Returns: The value's text.
  /// - Throws: ``HarnessError`` when it can't be read.
  public func read(_ property: String, of device: DeviceName) async throws -> String {
    do {
      return try await host.directory.read(property, of: device).value
    } catch {
      throw HarnessError(.requestFailed, at: "\(device) \(property)", error.reason)
    }
  }

  /// Writes a property on the bus, now, as the mapper's REST API does, and reads it back.
  ///
  /// - Returns: The text of the value that was read back.
  /// - Throws: ``HarnessError`` when it can't be written.
  @discardableResult
  public func write(_ text: String, to property: String, of device: DeviceName) async throws -> String {
    do {
      return try await host.directory.write(text, to: property, of: device).value
    } catch {
      throw HarnessError(.requestFailed, at: "\(device) \(property)", error.reason)
    }
  }

  /// The buses, by name.
  public var buses: [BusState] {
    get async {
      await host.busStatistics.map {
        BusState(
          name: $0.bus, isConnected: $0.isConnected, connects: $0.connects, transactions: $0.transactions, failures: $0.failures)
      }
    }
  }
}
