import MapperSDK
import MapperTesting

// What the documentation of the module shows, so that it is compiled: word for word, in an order of its own. Never called.

private typealias MyDriver = BellDriver
private typealias MyDriverUnderTest = BellUnderTest
private let boiler = DeviceName(namespace: "default", name: "boiler")

private func conforms(_ check: ConformanceCheck) async throws {
  try await Conformance(MyDriverUnderTest()).run(check)
}

private func harness(_ deviceAndModelAsYAML: String) async throws {
  try await MapperHarness.run(MyDriver()) { harness in
    try harness.apply(deviceAndModelAsYAML)
    let report = try await harness.edge.report(of: "temperature", of: boiler)
    await harness.edge.desire("70", for: "setpoint", of: boiler)
    _ = report
  }
}

private func line(_ simulator: Echo) async throws {
  let bus = try FaultyBus(to: simulator.port)
  await bus.set(.silent)
  // … the driver's read has to end with an error …
  await bus.set(.pass)
  await bus.stop()
}

private func clock(_ yaml: String) async throws {
  let clock = ManualClock()
  try await MapperHarness.run(MyDriver(), clock: clock) { harness in
    try harness.apply(yaml)
    let first = try await harness.edge.report(of: "temperature", of: boiler)
    clock.advance(by: .seconds(60))
    _ = first
  }
}

private enum Page {
  typealias MeterDriver = BellDriver

  struct MeterUnderTest: DriverUnderTest {
    // What the protocolConfig below says the driver waits for an answer.
    var timeout: Duration { .milliseconds(200) }

    func makeDriver() -> MeterDriver { MeterDriver() }
    func startSimulator() throws -> SimulatedMeter { try SimulatedMeter() }

    var exemptions: [ConformanceCheck: String] {
      [.commandsAreCarriedOut: "a meter has no commands"]
    }
  }

  func conforms(_ check: ConformanceCheck) async throws {
    try await Conformance(MeterUnderTest()).run(check)
  }
}
