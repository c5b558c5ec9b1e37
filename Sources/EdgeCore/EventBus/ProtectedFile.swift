import Foundation

/// Writes files that not everybody may read.
enum ProtectedFile {
  /// Puts a file in its place at once, never readable by more than in the end.
  ///
  /// - Parameters:
  ///   - mode: Who may do what.
  ///   - owner: Whose it is; this process's user when `nil`.
  ///   - group: Whose group's it is, where this process may give it away.
  static func write(_ content: Data, to path: String, mode: mode_t, owner: uid_t? = nil, group: gid_t? = nil) throws(EdgeCoreError) {
    let temporary = path + ".new"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    let written = content.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    // One who isn't root may give a file to a group of its own only, and to nobody else.
    let given = fchown(descriptor, owner ?? uid_t.max, group ?? gid_t.max)
    guard written == content.count, given == 0 || owner == nil, fchmod(descriptor, mode) == 0, rename(temporary, path) == 0 else {
      let error = failure(path)
      unlink(temporary)
      throw error
    }
  }

  private static func failure(_ path: String) -> EdgeCoreError {
    EdgeCoreError(.broker, "cannot write \(path): \(String(cString: strerror(errno)))")
  }
}
