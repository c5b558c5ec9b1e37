import Glibc
import Synchronization

/// Lets threads wait for another one to have done something.
final class Rendezvous: Sendable {
  private let result = Mutex<SimulatorError?>(nil)
  // POSIX semaphores are made for use by many threads, and this one stays where it is until nobody can use it any more.
  private nonisolated(unsafe) let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(semaphore, 0, 0) }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  /// It is done, or failed.
  func finish(_ error: SimulatorError?) {
    result.withLock { $0 = error }
    sem_post(semaphore)
  }

  /// Waits until it is done; returns why it failed.
  @discardableResult
  func wait() -> SimulatorError? {
    while sem_wait(semaphore) != 0 {}
    // For the next one who waits.
    sem_post(semaphore)
    return result.withLock { $0 }
  }
}
