import MapperSDK
import MapperTesting
import ModbusDriver

/// A Modbus slave that is healthy, on a line that isn't: what goes wrong a faulty bus does, which knows no Modbus.
struct MeterBehindBus: DeviceSimulator {
  private let meter: SimulatedMeter
  private let bus: FaultyBus

  init() throws {
    meter = try SimulatedMeter()
    bus = try FaultyBus(to: meter.port)
  }

  var protocolConfig: JSONValue {
    ["ip": "127.0.0.1", "port": JSONValue(bus.port), "slaveID": 1, "timeout": JSONValue(SimulatedMeter.timeout)]
  }

  var properties: [SimulatedProperty] { meter.properties }

  func value(of property: String) throws -> String { try meter.value(of: property) }

  func set(_ text: String, of property: String) throws { try meter.set(text, of: property) }

  func inject(_ fault: DeviceFault?) async throws {
    switch fault {
    case .refuseReads?, .refuseWrites?: try meter.inject(fault)
    default:
      try meter.inject(nil)
      try await bus.inject(fault)
    }
  }

  func stop() async {
    await bus.stop()
    meter.stop()
  }
}

/// The Modbus driver over a line that fails.
struct ModbusOverFaultyBus: DriverUnderTest {
  var timeout: Duration { .milliseconds(SimulatedMeter.timeout) }

  func makeDriver() -> ModbusDriver { ModbusDriver() }

  func startSimulator() throws -> MeterBehindBus { try MeterBehindBus() }

  var exemptions: [ConformanceCheck: String] { ModbusUnderTest.exemptions }
}
