import MapperTesting
import Testing

extension Kernel {
  @Suite("The GPIO driver conforms")
  struct Conformity {
    @Test("with inputs", arguments: ConformanceCheck.allCases)
    func inputs(_ check: ConformanceCheck) async throws {
      try await Conformance(GPIOUnderTest(hasOutputs: false)).run(check)
    }

    @Test("with outputs", arguments: ConformanceCheck.allCases)
    func outputs(_ check: ConformanceCheck) async throws {
      try await Conformance(GPIOUnderTest(hasOutputs: true)).run(check)
    }
  }
}
