import MapperTesting
import Testing

@Suite("A driver with events and commands conforms")
struct BellConformanceTests {
  @Test("as far as the checks apply", arguments: ConformanceCheck.allCases)
  func conforms(_ check: ConformanceCheck) async throws {
    try await Conformance(BellUnderTest()).run(check)
  }
}
