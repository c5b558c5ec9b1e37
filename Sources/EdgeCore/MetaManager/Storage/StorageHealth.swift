/// Whether the database can be written, so that its failing is told once and not with every update.
package struct StorageHealth: Sendable, Hashable {
  /// Something to tell the operator.
  package enum Notice: Sendable, Hashable {
    /// It fails from now on, or for another reason than before.
    case failing(StorageProblem)
    /// It works again.
    case recovered(refusedCommits: Int)
  }

  /// Why it fails; `nil` while it works.
  package private(set) var problem: StorageProblem?
  private var refusedCommits = 0

  package init() {}

  /// Whether another attempt may succeed. What SQLite found damaged stays so, and writing to it would damage more.
  package var isWorthTrying: Bool {
    if case .damaged = problem { false } else { true }
  }

  /// A commit failed.
  package mutating func failed(_ problem: StorageProblem) -> Notice? {
    refusedCommits += 1
    defer { self.problem = problem }
    return self.problem == problem ? nil : .failing(problem)
  }

  /// A commit succeeded.
  package mutating func succeeded() -> Notice? {
    guard problem != nil else { return nil }
    defer { self = StorageHealth() }
    return .recovered(refusedCommits: refusedCommits)
  }
}
