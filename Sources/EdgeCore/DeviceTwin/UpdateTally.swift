import TwinProtocol

/// What became of updates of twins, counted.
package struct UpdateTally: Sendable, Hashable {
  /// Updates that changed something, whole or in part.
  package var applied = 0
  /// Updates that changed nothing.
  package var unchanged = 0
  /// Updates that came again, and were answered again.
  package var duplicates = 0
  /// Updates refused as a whole, by code.
  package var refused: [Int: Int] = [:]

  package init() {}

  /// Counts one more.
  mutating func count(_ outcome: TwinOutcome) {
    if outcome.isChanged {
      applied += 1
    } else if outcome.isDuplicate {
      duplicates += 1
    } else if let refusal = outcome.result.refusal {
      refused[refusal.code, default: 0] += 1
    } else {
      unchanged += 1
    }
  }

  static func += (left: inout Self, right: Self) {
    left.applied += right.applied
    left.unchanged += right.unchanged
    left.duplicates += right.duplicates
    left.refused.merge(right.refused, uniquingKeysWith: +)
  }
}
