internal import Glibc
internal import Synchronization

/// Tells a thread that waits in `poll` to end.
final class StopSignal: Sendable {
  /// Becomes readable when it is sent.
  let descriptor: Int32
  private let writer: Int32
  private let sent = Atomic(false)

  /// - Throws: ``SpecProblem`` when the process has no file descriptors left.
  init() throws(SpecProblem) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SpecProblem(file: "pipe", problem: String(cString: strerror(errno))) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    descriptor = ends[0]
    writer = ends[1]
  }

  deinit {
    Glibc.close(descriptor)
    Glibc.close(writer)
  }

  var isSent: Bool { sent.load(ordering: .acquiring) }

  func send() {
    guard !sent.exchange(true, ordering: .acquiringAndReleasing) else { return }
    _ = Glibc.write(writer, "!", 1)
  }
}
