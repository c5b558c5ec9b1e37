import FoundationEssentials
import Glibc

/// A folder of a test's own under `/tmp`, removed with everything in it when the last reference goes or at ``close()``.
///
/// What still runs then with the folder in its command line is killed: a broker, say, that a killed edgecore left behind.
public final class TestFolder: Sendable {
  /// The folder's absolute path.
  public let path: String

  /// Makes an empty folder that only this user may enter.
  public init(_ name: String = "test") throws {
    var template = Array("/tmp/swiftlet-\(name)-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else {
      throw TestSupportError("cannot make a folder /tmp/swiftlet-\(name)-…: \(String(cString: strerror(errno)))")
    }
    path = String(cString: made)
  }

  /// The absolute path of something in the folder.
  public func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file into the folder, making the folders between, and returns its absolute path.
  @discardableResult
  public func write(_ name: String, _ text: String) throws -> String {
    let file = path(name)
    if let slash = name.lastIndex(of: "/") {
      try FileManager.default.createDirectory(atPath: path(String(name[..<slash])), withIntermediateDirectories: true)
    }
    // At once: a file that is half written says something else.
    try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
    return file
  }

  /// The text of a file in the folder.
  public func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path(name))), as: UTF8.self)
  }

  /// Whether something of that name is in the folder.
  public func exists(_ name: String) -> Bool { access(path(name), F_OK) == 0 }

  /// Kills what still runs on the folder, and removes it.
  public func close() {
    for process in processes { kill(process, SIGKILL) }
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The processes with this folder in their command line. The folder's name is unique, so they are the test's.
  private var processes: [pid_t] {
    let running = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return running.compactMap { name in
      guard let process = pid_t(name), process != getpid(), let command = try? Data(contentsOf: URL(filePath: "/proc/\(name)/cmdline"))
      else { return nil }
      return String(decoding: command, as: UTF8.self).contains(path) ? process : nil
    }
  }

  deinit { close() }
}
