internal import Glibc

/// The process's own output.
package enum Console {
  /// Writes text to standard output as it is.
  package static func write(_ text: String) { write(text, to: 1) }

  /// Writes text to standard error as it is.
  package static func complain(_ text: String) { write(text, to: 2) }

  /// Whether a person looks at standard error.
  package static var isWatched: Bool { isatty(2) == 1 }

  private static func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress.map { $0 + start }, bytes.count - start) }
      if count < 0, errno == EINTR { continue }
      // Nobody is left to be told.
      guard count > 0 else { return }
      start += count
    }
  }
}
