/// Checks that a driver does what the framework needs, and what its users expect.
///
/// A driver's test is a few lines:
///
/// ```swift
/// @Test(arguments: ConformanceCheck.allCases)
/// func conforms(_ check: ConformanceCheck) async throws {
///   try await Conformance(MyDriverUnderTest()).run(check)
/// }
/// ```
///
/// Each check starts a device of its own and stops it after, so checks may run beside each other. None measures how fast a
/// driver is.
public struct Conformance<Subject: DriverUnderTest>: Sendable {
  private let subject: Subject

  /// Checks for a driver.
  public init(_ subject: Subject) { self.subject = subject }

  /// The checks that don't apply, and why.
  public var exempted: [ConformanceCheck: String] { subject.exemptions }

  /// The checks that apply, in their order.
  public var applicable: [ConformanceCheck] { ConformanceCheck.allCases.filter { subject.exemptions[$0] == nil } }

  /// Runs a check.
  ///
  /// One that is exempt is run too, and has to fail: an exemption that isn't needed any more would hide what comes later.
  ///
  /// - Returns: Whether it passed, or is exempt.
  /// - Throws: ``ConformanceFailure`` that says what was expected, what was seen, and what may help.
  @discardableResult
  public func run(_ check: ConformanceCheck) async throws -> ConformanceOutcome {
    guard let reason = subject.exemptions[check] else {
      try await perform(check)
      return .passed
    }
    do {
      try await perform(check)
    } catch is ConformanceFailure {
      return .exempted(reason: reason)
    }
    throw ConformanceFailure(
      check, kind: .needlessExemption, expected: "the check not to apply, since it is exempt: \(reason)", seen: "it passes",
      hint: "take it out of the exemptions")
  }

  private func perform(_ check: ConformanceCheck) async throws {
    do {
      let bench = try await Bench(check, subject)
      do {
        try await bench.perform()
      } catch {
        await bench.finish()
        throw error
      }
      await bench.finish()
    } catch let limit as NotSimulated {
      throw ConformanceFailure(
        check, kind: .inapplicable, expected: "a simulator that can \(limit.ability)", seen: "\(limit)",
        hint: "exempt the check with a reason if it can't apply")
    } catch let timeout as WaitTimeout {
      throw ConformanceFailure(
        check, expected: timeout.expectation, seen: "within \(timeout.duration) no more than: \(timeout.seen)", hint: check.explanation)
    } catch let error as HarnessError {
      throw ConformanceFailure(check, expected: "devices that run as a mapper's", seen: error.description, hint: check.explanation)
    }
  }
}
