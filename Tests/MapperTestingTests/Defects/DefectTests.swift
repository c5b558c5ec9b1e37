import MapperTesting
import Testing

@Suite("A conformance check")
struct DefectTests {
  @Test("finds the flaw it is made for", arguments: Flaw.allCases)
  func finds(_ flaw: Flaw) async throws {
    let failure = await #expect(throws: ConformanceFailure.self) {
      try await Conformance(FlawedUnderTest(flaw: flaw)).run(flaw.check)
    }
    #expect(failure?.check == flaw.check)
    #expect(failure?.kind == .violated)
    #expect(failure?.description.contains(flaw.words) == true, "\(failure?.description ?? "")")
    #expect(failure?.hint.isEmpty == false)
  }
}
