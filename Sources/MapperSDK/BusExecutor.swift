/// One thread that runs what it is given, one job after the other: the place for blocking calls of one bus.
///
/// The thread ends with the last reference to the executor.
public final class BusExecutor: TaskExecutor {
  private let queue: JobQueue

  /// An executor with a thread of its own.
  ///
  /// - Throws: ``ReadingError`` when no thread can be made.
  public init() throws(ReadingError) {
    queue = JobQueue()
    try queue.startThread()
  }

  deinit { queue.finish() }

  /// Runs a job on the thread, after those before it.
  public func enqueue(_ job: consuming ExecutorJob) {
    queue.push(JobQueue.Entry(job: UnownedJob(job), executor: self))
  }
}
