package import TwinProtocol

/// What applying an update came to.
package struct TwinOutcome: Sendable, Hashable {
  /// The answer.
  package var result: TwinUpdateResult
  /// What changed, before and after; `nil` when nothing did.
  package var document: TwinDocument?
  /// What is wished and not yet so; `nil` when everything is as wished, or the update was refused.
  package var delta: TwinDelta?
  /// Whether there is something to store.
  package var isChanged = false
  /// Whether the update was answered before.
  package var isDuplicate = false
  /// Whether an observer should see it at once: more changed than a value.
  package var isUrgent = false
}
