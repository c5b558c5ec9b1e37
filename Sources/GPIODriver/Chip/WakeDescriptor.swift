internal import Glibc

/// Wakes a thread that waits with `poll()`, from any other.
final class WakeDescriptor: Sendable {
  /// Becomes readable when ``signal()`` was called.
  let descriptor: Int32
  private let writer: Int32

  /// - Throws: ``GPIOError`` when the process has no descriptor left.
  init() throws(GPIOError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw GPIOError("can't make a pipe to wake a thread with", errno: errno)
    }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    (descriptor, writer) = (ends[0], ends[1])
  }

  deinit {
    close(descriptor)
    close(writer)
  }

  /// Wakes; a full pipe is readable already.
  func signal() { _ = write(writer, "!", 1) }

  /// Waits anew.
  func clear() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(descriptor, &bytes, bytes.count) == bytes.count {}
  }
}
