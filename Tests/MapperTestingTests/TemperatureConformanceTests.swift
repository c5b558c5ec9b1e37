import MapperTesting
import Testing

@Suite("The temperature driver conforms")
struct TemperatureConformanceTests {
  @Test("as far as the checks apply", arguments: ConformanceCheck.allCases)
  func conforms(_ check: ConformanceCheck) async throws {
    try await Conformance(TemperatureUnderTest()).run(check)
  }
}
