internal import Glibc

/// The jobs of a thread, and the thread that runs them.
///
/// `@unchecked Sendable` holds because `entries` and `isFinished` are only touched with `mutex` locked, and the two
/// primitives are made for use by many threads and never move.
final class JobQueue: @unchecked Sendable {
  /// A job, and the executor it is for, kept alive until the job ran.
  struct Entry {
    let job: UnownedJob
    let executor: BusExecutor
  }

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var entries: [Entry] = []
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

  func startThread() throws(ReadingError) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 512 << 10)
    let context = Unmanaged.passRetained(self)
    var thread = pthread_t()
    let result = pthread_create(&thread, &attributes, runJobs, context.toOpaque())
    guard result == 0 else {
      context.release()
      throw ReadingError(.failed, "no thread for a bus can be made: error \(result)")
    }
  }

  func push(_ entry: Entry) {
    pthread_mutex_lock(mutex)
    entries.append(entry)
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  func finish() {
    pthread_mutex_lock(mutex)
    isFinished = true
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  fileprivate func run() {
    while let batch = next() {
      for entry in batch { entry.job.runSynchronously(on: entry.executor.asUnownedTaskExecutor()) }
    }
  }

  private func next() -> [Entry]? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while entries.isEmpty {
      if isFinished { return nil }
      pthread_cond_wait(condition, mutex)
    }
    var batch: [Entry] = []
    swap(&batch, &entries)
    return batch
  }
}

/// The thread's entry; owns one reference to the queue.
private func runJobs(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let context else { return nil }
  Unmanaged<JobQueue>.fromOpaque(context).takeRetainedValue().run()
  return nil
}
