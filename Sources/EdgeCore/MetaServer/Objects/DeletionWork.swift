/// What is still to be done for a deletion.
struct DeletionWork {
  enum Step {
    /// Begin to delete it.
    case delete(ObjectKey, DeleteOptions.Propagation)
    /// Delete it, now that everything was seen to that has to go before it.
    case settle(ObjectKey, DeleteOptions.Propagation)
    /// See whether what it waits for has happened.
    case finish(ObjectKey)
  }

  /// The last comes first.
  private var steps: [Step]
  private var waiting: Set<ObjectKey> = []
  /// What is being deleted and waits for what has to go before it.
  var begun: Set<ObjectKey> = []

  init(_ steps: [Step]) { self.steps = steps }

  /// Has these done next, in this order.
  mutating func add(_ more: [Step]) { steps += more.reversed() }

  /// Has somebody look, once all else is done, whether it may go.
  mutating func finishLater(_ key: ObjectKey) { waiting.insert(key) }

  mutating func next() -> Step? {
    if steps.isEmpty {
      steps = waiting.sorted(by: >).map { .finish($0) }
      waiting = []
    }
    return steps.popLast()
  }
}
