import EdgeCore
import Synchronization

/// A store in memory whose commits, once it is closed for them, wait until a test lets them through.
final class GatedStore: MetaStore {
  private let isGated = Mutex(false)
  private let arrived = AsyncStream<Void>.makeStream()
  private let gate = AsyncStream<Void>.makeStream()

  func load() async throws -> MetaContents { MetaContents() }

  func close() async {}

  func commit(_ changes: MetaChanges) async throws {
    guard isGated.withLock({ $0 }) else { return }
    arrived.continuation.yield()
    for await _ in gate.stream {}
  }

  /// Holds up every commit from now on.
  func shut() { isGated.withLock { $0 = true } }

  /// Waits until a commit waits.
  func commitArrives() async {
    for await _ in arrived.stream { return }
  }

  /// Lets all through.
  func open() { gate.continuation.finish() }
}
