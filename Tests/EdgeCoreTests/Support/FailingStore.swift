import EdgeCore
import Synchronization

/// A store in memory whose commits fail when a test says so.
final class FailingStore: MetaStore {
  private let state = Mutex(false)

  var fails: Bool {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }

  func load() async throws -> MetaContents { MetaContents() }

  func close() async {}

  func commit(_ changes: MetaChanges) async throws {
    if fails { throw EdgeCoreError(.storage, "the disk is full") }
  }
}
