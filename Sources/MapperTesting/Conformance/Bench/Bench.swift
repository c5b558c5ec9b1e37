internal import DeviceAPI
internal import JSON
internal import Logging
internal import MapperRuntime
internal import MapperSDK

/// A driver and a device that a check brings together.
struct Bench<Subject: DriverUnderTest>: Sendable {
  typealias Driver = Subject.Driver
  typealias Point = Driver.Connection.Point

  static var name: DeviceName { DeviceName(namespace: "default", name: "subject") }

  let check: ConformanceCheck
  let subject: Subject
  let driver: Driver
  let simulator: Subject.Simulator
  let properties: [SimulatedProperty]
  let executor: BusExecutor
  let logger = Logger(label: "conformance") { _ in SwiftLogNoOpLogHandler() }

  init(_ check: ConformanceCheck, _ subject: Subject) async throws {
    self.check = check
    self.subject = subject
    driver = try subject.makeDriver()
    executor = try BusExecutor()
    simulator = try await subject.startSimulator()
    properties = simulator.properties
    do {
      try checkSimulator()
    } catch {
      await simulator.stop()
      throw error
    }
  }

  private func checkSimulator() throws {
    guard properties.count > 1, Set(properties.map(\.name)).count == properties.count else {
      throw failure(
        "a simulator with two properties or more, each with a name of its own", "\(properties.map(\.name))",
        "give DeviceSimulator.properties another one, so that it shows when one is taken for another")
    }
    for property in properties where same(property.values[0], property.values[1], property.type) {
      throw failure(
        "two different values of \(property.name), of type \(property.type)", "\(property.values)", "see SimulatedProperty.values")
    }
  }

  /// Ends the device. What a driver still waits for then is over.
  func finish() async {
    try? await simulator.inject(nil)
    await simulator.stop()
  }

  // MARK: Times

  /// How long one call of the driver may take.
  var patience: Duration { subject.timeout + subject.grace }
  /// How long devices in a mapper may take to do something: pauses between attempts come on top. Less than the half minute
  /// after which the framework reads by itself what a driver counts as unreadable: that would hide what is wrong.
  var deadline: Duration { (subject.grace + subject.timeout) * 4 }

  // MARK: Failing

  func failure(_ expected: String, _ seen: String, _ hint: String? = nil) -> ConformanceFailure {
    ConformanceFailure(check, expected: expected, seen: seen, hint: hint ?? check.explanation)
  }

  func demand(_ condition: Bool, _ expected: String, _ seen: @autoclosure () -> String, _ hint: String? = nil) throws {
    if !condition { throw failure(expected, seen(), hint) }
  }

  // MARK: Calls

  /// Calls the driver on a bus's thread, and doesn't wait for ever.
  ///
  /// - Throws: ``ConformanceFailure`` when it doesn't return.
  func call<Output: Sendable>(
    _ what: String, on executor: BusExecutor? = nil, _ body: @escaping @Sendable () async throws -> Output
  ) async throws -> Result<Output, any Error> {
    try await result(of: PendingCall(on: executor ?? self.executor, body), what)
  }

  func result<Output: Sendable>(of call: PendingCall<Output>, _ what: String) async throws -> Result<Output, any Error> {
    if let result = await call.result(within: patience) { return result }
    call.cancel()
    try Task.checkCancellation()
    throw failure(
      "\(what) to return within \(patience), the driver's own timeout of \(subject.timeout) and a grace of \(subject.grace)",
      "it goes on",
      "give each wait a deadline (poll, SO_RCVTIMEO, a timer), and let DriverUnderTest.timeout say how long they are together")
  }

  // MARK: Devices

  /// The simulated device as a Device.
  func device(_ name: DeviceName = Self.name, cycle: Int64 = 50, of simulator: Subject.Simulator? = nil) -> SimulatedDevice {
    let simulator = simulator ?? self.simulator
    return SimulatedDevice(
      name: name, config: simulator.protocolConfig, properties: simulator.properties, cycle: cycle, protocolName: Driver.protocolName)
  }

  /// What the framework makes of a Device for the driver.
  ///
  /// - Throws: ``DeviceBinding/Failure`` when the driver can't take it, else ``ConformanceFailure``.
  func bind(_ device: SimulatedDevice) throws -> DeviceBinding<Driver> {
    var store = SpecStore(node: nil, protocolName: Driver.protocolName)
    _ = store.modelChanged(device.model)
    let changes = store.deviceChanged(device.device)
    guard case .ready(let resolved)? = changes.first?.entry else {
      throw failure("a Device that can be made of the simulator", "\(changes)", "look at SimulatedProperty")
    }
    return try DeviceBinding(resolved, driver: driver)
  }

  /// The simulated device as the driver sees it.
  ///
  /// - Throws: ``ConformanceFailure`` when the driver can't take it as it is.
  func binding(_ device: SimulatedDevice? = nil) throws -> DeviceBinding<Driver> {
    let binding: DeviceBinding<Driver>
    do {
      binding = try bind(device ?? self.device())
    } catch let error as DeviceBinding<Driver>.Failure {
      throw failure(
        "the simulator's protocolConfig to be accepted", error.description, "DeviceSimulator.protocolConfig has to be one that works")
    }
    guard binding.faults.isEmpty else {
      throw failure(
        "the simulator's visitors to be accepted", binding.faults.sorted { $0.key < $1.key }.map(\.value).joined(separator: "; "),
        "SimulatedProperty.visitor has to be one that works")
    }
    return binding
  }
}
