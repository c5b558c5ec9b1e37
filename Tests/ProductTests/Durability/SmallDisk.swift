import Glibc
import TestSupport

/// A file system of a few megabytes that a test can fill: in a mount namespace of its own, so that nothing is left of it.
final class SmallDisk: Sendable {
  /// Where it is for those who are started with ``prefix``.
  let path: String
  private let holder: TestProcess

  init(at path: String, megabytes: Int) async throws {
    self.path = path
    guard mkdir(path, 0o755) == 0 else { throw TestSupportError("cannot make \(path)") }
    holder = try await TestProcess(
      "unshare",
      Self.user(["--user", "--map-root-user"]) + [
        "--mount", "sh", "-c", "mount -t tmpfs -o size=\(megabytes)m none \(path) && echo mounted && exec sleep infinity",
      ])
    try await holder.line(containing: "mounted")
  }

  private static func user(_ options: [String]) -> [String] { getuid() == 0 ? [] : options }

  /// What a program has to be started through to see it.
  var prefix: [String] { ["nsenter", "--target", "\(holder.pid)", "--mount"] + Self.user(["--user", "--preserve-credentials"]) + ["--"] }

  /// Where it is for everybody else.
  var outside: String { "/proc/\(holder.pid)/root\(path)" }

  private var filler: String { outside + "/filler" }

  /// Takes all the space that is left.
  func fill() throws {
    let descriptor = open(filler, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    guard descriptor >= 0 else { throw TestSupportError("cannot write \(filler): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    let zeros = [UInt8](repeating: 0, count: 4_096)
    while write(descriptor, zeros, zeros.count) == zeros.count {}
    guard errno == ENOSPC else { throw TestSupportError("cannot fill \(filler): \(String(cString: strerror(errno)))") }
  }

  /// Gives it back.
  func free() { unlink(filler) }
}
