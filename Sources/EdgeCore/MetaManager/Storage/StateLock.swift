import Foundation
import Synchronization

/// Keeps a second edgecore away from a database: two that serve it from memory would overwrite each other.
///
/// The kernel drops the lock with the process, however it ends.
final class StateLock: Sendable {
  private let descriptor: Mutex<Int32?>

  /// - Throws: ``EdgeCoreError`` when another process has the lock.
  init(database path: String) throws(EdgeCoreError) {
    let file = path + ".lock"
    let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw EdgeCoreError(.storage, "cannot lock the database: \(file): \(String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let owner = (try? String(contentsOfFile: file, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
      close(descriptor)
      throw EdgeCoreError(.storage, "the database \(path) is in use by another edgecore\(owner.isEmpty ? "" : ", process \(owner)")")
    }
    let identifier = Array("\(getpid())\n".utf8)
    ftruncate(descriptor, 0)
    _ = identifier.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    self.descriptor = Mutex(descriptor)
  }

  deinit { release() }

  /// Lets others have the database; a second call does nothing.
  func release() {
    descriptor.withLock { descriptor in
      if let open = descriptor {
        // Closing alone would leave it to a child that is being started and has the descriptor until it runs its program.
        flock(open, LOCK_UN)
        close(open)
      }
      descriptor = nil
    }
  }
}
