/// Decides how to follow a collection: list it, watch it from there, and begin again when that breaks.
///
/// A value: it does nothing itself. Do the ``step``, tell it what came of that, and hand on the change it returns.
public struct ListWatchState: Sendable, Hashable {
  /// What to do next.
  public enum Step: Sendable, Hashable {
    /// List the collection.
    case list
    /// Watch it from this resource version on.
    case watch(from: String)
    /// Wait, after this many failures in a row, and then call ``ListWatchState/waited()``.
    case wait(failures: Int)
  }

  /// What to do next.
  public private(set) var step: Step = .list
  private var afterWait: Step = .list
  private var failures = 0
  private var version = ""

  /// A watch that ends sooner doesn't count as success, so that a server which ends them at once isn't asked without pause.
  static let shortWatch: Duration = .seconds(1)

  /// Nothing is known yet.
  public init() {}

  /// The list came.
  public mutating func listed(_ list: ObjectList) -> ResourceChange {
    failures = 0
    version = list.resourceVersion
    step = .watch(from: version)
    return .reset(list.items)
  }

  /// An event came; `nil` when it is no news to a follower.
  public mutating func received(_ event: WatchEvent) -> ResourceChange? {
    if let new = event.resourceVersion { version = new }
    switch event.type {
    case .added, .modified:
      failures = 0
      return .changed(event.object)
    case .deleted:
      failures = 0
      return .removed(event.object)
    default: return nil
    }
  }

  /// The server ended the watch in order after this time.
  public mutating func watchEnded(after lifetime: Duration) {
    if lifetime < Self.shortWatch {
      wait(then: .watch(from: version))
    } else {
      failures = 0
      step = .watch(from: version)
    }
  }

  /// The list or the watch failed; `nil` when a new list mends it unseen.
  public mutating func failed(_ error: APIError) -> ResourceChange? {
    if error.isGone {
      // The first time at once; a server that always says so is asked slowly.
      failures += 1
      afterWait = .list
      step = failures == 1 ? .list : .wait(failures: failures)
      return nil
    }
    wait(then: .list)
    return .disconnected(error)
  }

  /// The wait is over.
  public mutating func waited() { step = afterWait }

  private mutating func wait(then next: Step) {
    failures += 1
    afterWait = next
    step = .wait(failures: failures)
  }
}
