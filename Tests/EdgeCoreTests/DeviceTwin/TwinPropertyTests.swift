import DeviceAPI
import EdgeCore
import JSON
import TestSupport
import Testing
import TwinProtocol

/// What has to hold of a twin whatever comes, in whatever order. A seed that breaks something is named, so that it can be repeated.
@Suite("A twin, whatever comes")
struct TwinPropertyTests {
  @Test("Versions only grow, a deleted property's too", arguments: 0..<200 as Range<UInt64>)
  func versions(seed: UInt64) {
    var random = SplitMix(seed: seed)
    var twin = TwinGenerator.twin(&random)
    var highest = twin.versions
    for step in 0..<60 {
      TwinGenerator.step(&twin, step: step, &random)
      let versions = twin.versions
      for (name, version) in highest {
        guard let after = versions[name] else {
          Issue.record("seed \(seed), step \(step): \(name) is forgotten")
          continue
        }
        #expect(
          version.expected.isSeen(by: after.expected) && version.actual.isSeen(by: after.actual), "seed \(seed), step \(step): \(name)")
      }
      highest = versions
    }
  }

  @Test("A refused update changes nothing, and a refused property nothing of the others", arguments: 0..<200 as Range<UInt64>)
  func refusals(seed: UInt64) {
    var random = SplitMix(seed: seed)
    var twin = TwinGenerator.twin(&random)
    for step in 0..<40 {
      let before = twin
      let update = TwinGenerator.update(step: step, &random)
      let outcome = twin.apply(update, digest: UInt64(step), now: TwinGenerator.time(step), deltaID: "")
      if outcome.result.refusal != nil, outcome.result.twins.isEmpty { #expect(twin == before, "seed \(seed), step \(step)") }
      // What isn't named in the answer is as it was; what is, is so in the twin.
      for (name, property) in before.properties where outcome.result.twins[name] == nil {
        #expect(twin.properties[name]?.twin.actual == property.twin.actual, "seed \(seed), step \(step): \(name)")
        #expect(twin.properties[name]?.twin.expected == property.twin.expected, "seed \(seed), step \(step): \(name)")
      }
      for (name, change) in outcome.result.twins {
        guard let change else {
          #expect(twin.properties[name] == nil, "seed \(seed), step \(step): \(name)")
          continue
        }
        if let actual = change.actual { #expect(twin.properties[name]?.actual == actual, "seed \(seed), step \(step): \(name)") }
      }
      #expect(outcome.isChanged == (outcome.document != nil), "seed \(seed), step \(step)")
      #expect(Set(outcome.document?.changes.keys.map { $0 } ?? []) == Set(outcome.result.twins.keys), "seed \(seed), step \(step)")
    }
  }

  @Test("The same update again is answered and changes nothing", arguments: 0..<100 as Range<UInt64>)
  func repetitions(seed: UInt64) {
    var random = SplitMix(seed: seed)
    var twin = TwinGenerator.twin(&random)
    var sent: [(update: TwinUpdate, digest: UInt64, refusal: Refusal?)] = []
    for step in 0..<40 {
      let update = TwinGenerator.update(step: step, &random)
      let outcome = twin.apply(update, digest: UInt64(step), now: TwinGenerator.time(step), deltaID: "")
      guard !outcome.result.twins.isEmpty || outcome.result.refusal == nil else { continue }
      sent.append((update, UInt64(step), outcome.result.refusal))
      guard let earlier = sent.suffix(4).randomElement(using: &random) else { continue }
      let before = twin
      let again = twin.apply(earlier.update, digest: earlier.digest, now: TwinGenerator.time(step) + 1, deltaID: "")
      #expect(twin == before, "seed \(seed), step \(step)")
      #expect(again.result.refusal == earlier.refusal && !again.isChanged && again.document == nil, "seed \(seed), step \(step)")
    }
  }

  @Test("A desired value's time only grows, even when the clock goes back", arguments: 0..<100 as Range<UInt64>)
  func wishes(seed: UInt64) {
    var random = SplitMix(seed: seed)
    var twin = TwinGenerator.twin(&random)
    var last: [String: Int64] = [:]
    for step in 0..<60 {
      let now = Int64.random(in: 1_000_000_000_000...1_900_000_000_000, using: &random)
      _ = twin.apply(TwinGenerator.update(step: step, &random), digest: UInt64(step), now: now, deltaID: "")
      for (name, property) in twin.properties {
        guard let timestamp = property.expected?.timestamp else { continue }
        if let before = last[name], twin.deleted[name] == nil { #expect(timestamp >= before, "seed \(seed), step \(step): \(name)") }
        last[name] = timestamp
      }
      for name in twin.deleted.keys { last[name] = nil }
    }
  }

  @Test("What is stored is what is read", arguments: 0..<100 as Range<UInt64>)
  func storage(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    var twin = TwinGenerator.twin(&random)
    for step in 0..<30 { TwinGenerator.step(&twin, step: step, &random) }
    #expect(DeviceTwinState(stored: try JSONValue(parsing: twin.stored)) == twin, "seed \(seed)")
  }

  @Test("A delta says what is wished and not so, and nothing when all is so", arguments: 0..<100 as Range<UInt64>)
  func deltas(seed: UInt64) {
    var random = SplitMix(seed: seed)
    var twin = TwinGenerator.twin(&random)
    for step in 0..<40 {
      TwinGenerator.step(&twin, step: step, &random)
      let delta = twin.delta()?.delta ?? [:]
      for (name, property) in twin.properties {
        let isMissed =
          property.wish != nil && property.actual.map { !Self.isSame($0.value, property.wish?.value ?? "", property.type) } ?? true
        #expect((delta[name] != nil) == (property.wish != nil && isMissed), "seed \(seed), step \(step): \(name)")
      }
    }
  }

  /// Whether two texts are one value, told without the code that is tested.
  private static func isSame(_ left: String, _ right: String, _ type: String) -> Bool {
    switch type {
    case "int", "float": Double(left) == Double(right)
    case "boolean": left.lowercased() == right.lowercased()
    default: left == right
    }
  }
}

extension DeviceTwinState {
  /// Every version, of deleted properties too.
  var versions: [String: (expected: TwinVersion, actual: TwinVersion)] {
    var versions = properties.mapValues { (expected: $0.expectedVersion, actual: $0.actualVersion) }
    for (name, tombstone) in deleted { versions[name] = (tombstone.expectedVersion, tombstone.actualVersion) }
    return versions
  }
}
