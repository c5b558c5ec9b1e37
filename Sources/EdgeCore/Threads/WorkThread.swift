/// One thread that runs what it is given, one job after the other.
///
/// A message from the edge passes several parts of edgecore. On one thread that costs no switch from thread to thread, each of
/// which takes longer than what the parts do. While SQLite waits there for the disk, what arrives is gathered for the next commit;
/// the actors themselves are free to serve the API on other threads.
///
/// The thread ends with the last reference to it.
package final class WorkThread: TaskExecutor {
  private let queue = JobQueue()

  /// - Throws: ``EdgeCoreError`` when no thread can be made.
  package init() throws(EdgeCoreError) { try queue.startThread() }

  deinit { queue.finish() }

  package func enqueue(_ job: consuming ExecutorJob) {
    queue.push(JobQueue.Entry(job: UnownedJob(job), thread: self))
  }
}
