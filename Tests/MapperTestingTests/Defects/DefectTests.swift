import MapperTesting
import Testing

@Suite("A conformance check")
struct DefectTests {
  @Test("finds the flaw it is made for", arguments: Flaw.allCases)
  func finds(_ flaw: Flaw) async throws { try await expect(FlawedUnderTest(flaw: flaw), toFail: flaw.check, saying: flaw.words) }

  @Test("finds what is wrong with events and commands", arguments: BellFlaw.allCases)
  func finds(_ flaw: BellFlaw) async throws { try await expect(BellUnderTest(flaw: flaw), toFail: flaw.check, saying: flaw.words) }

  @Test("finds what is wrong with a schema")
  func findsSchemas() async throws {
    try await expect(ShelfUnderTest<SchemaFlaws.Undocumented>(), toFail: .schemaIsDescribed, saying: "a doc for")
    try await expect(ShelfUnderTest<SchemaFlaws.DefaultOutOfRange>(), toFail: .schemaIsDescribed, saying: "a default of")
    try await expect(ShelfUnderTest<SchemaFlaws.SecretlyRequired>(), toFail: .schemaAgreesWithTypes, saying: "height to be optional")
    try await expect(ShelfUnderTest<SchemaFlaws.TooNarrow>(), toFail: .schemaAgreesWithTypes, saying: "its greatest value 1000")
    try await expect(ShelfUnderTest<SchemaFlaws.Undeclared>(), toFail: .ownConfigurationIsAccepted, saying: "height")
    try await expect(ShelfUnderTest<SchemaFlaws.RefusesOthers>(), toFail: .unknownMemberIsWarnedOf, saying: "to be served")
    try await expect(ShelfUnderTest<SchemaFlaws.Careless>(), toFail: .wrongTypeIsRefused, saying: "it is accepted")
    try await expect(ShelfUnderTest<SchemaFlaws.Vague>(), toFail: .missingMemberIsNamed, saying: "an error that names a member")
    for check in Self.schemaChecks { try await Conformance(ShelfUnderTest<SchemaFlaws.Healthy>()).run(check) }
  }

  private static let schemaChecks: [ConformanceCheck] = [
    .schemaIsDescribed, .schemaAgreesWithTypes, .ownConfigurationIsAccepted, .unknownMemberIsWarnedOf, .wrongTypeIsRefused,
    .missingMemberIsNamed,
  ]

  @Test("exists for each flaw, and a flaw for each check")
  func isComplete() {
    let found = Flaw.allCases.map(\.check) + BellFlaw.allCases.map(\.check) + Self.schemaChecks
    #expect(Set(ConformanceCheck.allCases).subtracting(found) == [])
  }

  @Test("that can't apply says so, and isn't passed")
  func inapplicable() async throws {
    for check in [ConformanceCheck.silenceIsAnError, .writeArrives, .eventsAreTold, .commandsAreCarriedOut, .deviceComesBack] {
      let failure = await #expect(throws: ConformanceFailure.self) {
        try await Conformance(ShelfUnderTest<SchemaFlaws.Healthy>()).run(check)
      }
      #expect(failure?.kind == .inapplicable)
      #expect(failure?.seen.contains("the simulator can't") == true)
      #expect(failure?.hint.contains("exempt the check with a reason") == true)
    }
  }

  @Test("that is exempt is told so with its reason, unless it passes")
  func exemptions() async throws {
    let outcome = try await Conformance(BellUnderTest()).run(.silenceIsAnError)
    #expect(outcome == .exempted(reason: "nothing can go wrong with a device in memory"))
    #expect(Conformance(BellUnderTest()).exempted[.silenceIsAnError] != nil)
    #expect(!Conformance(BellUnderTest()).applicable.contains(.silenceIsAnError))
    let failure = await #expect(throws: ConformanceFailure.self) { try await Conformance(NeedlesslyExempt()).run(.planIsComplete) }
    #expect(failure?.kind == .needlessExemption)
    #expect(failure?.hint == "take it out of the exemptions")
  }

  private struct NeedlesslyExempt: DriverUnderTest {
    func makeDriver() -> BellDriver { BellDriver() }
    func startSimulator() -> Bell { Bell() }
    var exemptions: [ConformanceCheck: String] { [.planIsComplete: "too much work"] }
  }

  private func expect(_ subject: some DriverUnderTest, toFail check: ConformanceCheck, saying words: String) async throws {
    let failure = await #expect(throws: ConformanceFailure.self) { try await Conformance(subject).run(check) }
    #expect(failure?.check == check)
    #expect(failure?.kind == .violated)
    #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
    #expect(failure?.hint.isEmpty == false)
  }
}
