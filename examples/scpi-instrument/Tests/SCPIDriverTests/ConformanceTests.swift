import MapperTesting
import SCPIDriver
import Testing

@Suite("The SCPI driver conforms")
struct ConformanceTests {
  @Test(arguments: ConformanceCheck.allCases)
  func conforms(_ check: ConformanceCheck) async throws {
    try await Conformance(SCPIUnderTest()).run(check)
  }
}

struct SCPIUnderTest: DriverUnderTest {
  var timeout: Duration { .milliseconds(200) }

  func makeDriver() -> SCPIDriver { SCPIDriver() }
  func startSimulator() throws -> SimulatedInstrument { try SimulatedInstrument() }

  var exemptions: [ConformanceCheck: String] {
    var exemptions: [ConformanceCheck: String] = [.commandsAreCarriedOut: "the driver has no commands of its own: SCPI's set properties"]
    for check in ConformanceCheck.all(in: .events) { exemptions[check] = "instruments speak when they are asked" }
    return exemptions
  }
}
