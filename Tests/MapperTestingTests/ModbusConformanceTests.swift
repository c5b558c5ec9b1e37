import MapperTesting
import Testing

@Suite("The Modbus driver conforms")
struct ModbusConformanceTests {
  @Test("with the simulator's faults", arguments: ConformanceCheck.allCases)
  func conforms(_ check: ConformanceCheck) async throws {
    try await Conformance(ModbusUnderTest()).run(check)
  }

  @Test("over a line that fails", arguments: ConformanceCheck.allCases)
  func conformsOverFaultyBus(_ check: ConformanceCheck) async throws {
    try await Conformance(ModbusOverFaultyBus()).run(check)
  }
}
