internal import Glibc
internal import Synchronization

/// Ends a thread's `poll` from another thread.
final class WakePipe: Sendable {
  let readEnd: Int32
  private let writeEnd: Int32
  private let isPending = Atomic(false)

  /// - Throws: ``MQTTError`` when the process has no file descriptors left.
  init() throws(MQTTError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw MQTTError(.failed, "can't make a pipe: \(systemText(errno))") }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    readEnd = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    Glibc.close(readEnd)
    Glibc.close(writeEnd)
  }

  func wake() {
    guard !isPending.exchange(true, ordering: .acquiringAndReleasing) else { return }
    var byte: UInt8 = 0
    _ = Glibc.write(writeEnd, &byte, 1)
  }

  /// Takes back what `wake` wrote; what was published before a `wake` is seen after this.
  func drain() {
    var bytes: (UInt64, UInt64) = (0, 0)
    _ = withUnsafeMutableBytes(of: &bytes) { Glibc.read(readEnd, $0.baseAddress, $0.count) }
    isPending.store(false, ordering: .sequentiallyConsistent)
  }
}
