import Glibc

/// The jobs of a thread, and the thread that runs them.
///
/// `@unchecked Sendable` holds because everything that changes is only touched with `mutex` locked, and the two primitives are made
/// for use by many threads and never move.
final class JobQueue: @unchecked Sendable {
  /// A job, and the thread it is for, kept alive until the job ran.
  struct Entry {
    let job: UnownedJob
    let thread: WorkThread
  }

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var entries: [Entry] = []
  private var isWaiting = false
  private var isFinished = false

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  func startThread() throws(EdgeCoreError) {
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    pthread_attr_init(attributes)
    defer {
      pthread_attr_destroy(attributes)
      attributes.deallocate()
    }
    pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(attributes, 8 << 20)
    let context = Unmanaged.passRetained(self)
    var thread = pthread_t()
    let result = pthread_create(&thread, attributes, runJobs, context.toOpaque())
    guard result == 0 else {
      context.release()
      throw EdgeCoreError(.thread, "no thread can be made: \(String(cString: strerror(result)))")
    }
  }

  func push(_ entry: Entry) {
    let isAsleep = locked {
      entries.append(entry)
      return isWaiting
    }
    // Not before the lock is free, or whom this wakes would wait for that; and only who sleeps has to be woken.
    if isAsleep { pthread_cond_signal(condition) }
  }

  func finish() {
    locked { isFinished = true }
    pthread_cond_signal(condition)
  }

  private func locked<Value>(_ body: () -> Value) -> Value {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  fileprivate func run() {
    var batch: [Entry] = []
    while takeAll(into: &batch) {
      for entry in batch { entry.job.runSynchronously(on: entry.thread.asUnownedTaskExecutor()) }
      batch.removeAll(keepingCapacity: true)
    }
  }

  /// - Returns: `false` when there won't be any more.
  private func takeAll(into batch: inout [Entry]) -> Bool {
    locked {
      while entries.isEmpty {
        if isFinished { return false }
        isWaiting = true
        pthread_cond_wait(condition, mutex)
        isWaiting = false
      }
      swap(&batch, &entries)
      return true
    }
  }
}

/// The thread's entry; owns one reference to the queue.
private func runJobs(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let context else { return nil }
  Unmanaged<JobQueue>.fromOpaque(context).takeRetainedValue().run()
  return nil
}
