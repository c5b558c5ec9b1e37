import Foundation

/// The files that make up a database, and what happens to them when they are damaged.
package struct DatabaseFiles: Sendable, Hashable {
  package let path: String

  package init(_ path: String) { self.path = path }

  package var wal: String { path + "-wal" }
  var sharedMemory: String { path + "-shm" }
  var folder: String { (path as NSString).deletingLastPathComponent }
  /// A new database that isn't finished.
  var unfinished: DatabaseFiles { DatabaseFiles(path + ".rebuild") }
  /// A new database that is finished and has to take the place of the damaged one.
  var rebuilt: String { path + ".rebuilt" }
  /// There while a damage that was seen at work hasn't been looked into.
  var suspicion: String { path + ".suspect" }

  var exists: Bool { Self.size(of: path) > 0 }

  /// Whether whoever used the database last didn't close it.
  package var wasLeftOpen: Bool { Self.size(of: wal) > 0 }

  static func size(of path: String) -> Int {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
  }

  /// The first free name for what is kept aside.
  ///
  /// - Parameter now: Milliseconds since 1970.
  func nameAside(now: Int64) -> DatabaseFiles {
    let time = Timestamp.rfc3339(now).filter { $0 != "-" && $0 != ":" }
    var name = "\(path).corrupt-\(time)"
    var count = 1
    while [name, name + "-wal"].contains(where: Self.isThere) {
      count += 1
      name = "\(path).corrupt-\(time)-\(count)"
    }
    return DatabaseFiles(name)
  }

  /// Makes the files their owner's alone, Secrets are among what they hold; SQLite gives its other files the database's mode.
  func makePrivate() {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    // SQLite says better why it can't be opened.
    if descriptor >= 0 { close(descriptor) }
    for path in [path, wal, sharedMemory] where Self.isThere(path) { chmod(path, 0o600) }
  }

  /// Keeps a copy of the files under another name.
  func copy(to other: DatabaseFiles) throws {
    for (from, to) in [(path, other.path), (wal, other.wal)] where Self.isThere(from) {
      try FileManager.default.copyItem(atPath: from, toPath: to)
    }
  }

  /// Puts the finished new database in the place of this one, which is kept under another name.
  ///
  /// Each step may be the last before a loss of power: as long as ``rebuilt`` is there, the next start goes on with it.
  /// The old log must be gone before the new database is there, because SQLite would take it for the new one's.
  func replaceByRebuilt(keepingAs aside: DatabaseFiles) throws {
    for (from, to) in [(path, aside.path), (wal, aside.wal)] where Self.isThere(from) {
      // A link, so that the file is at no moment without a name; where the file system has none, a copy.
      if link(from, to) != 0 { try FileManager.default.copyItem(atPath: from, toPath: to) }
    }
    syncFolder()
    remove(wal, sharedMemory)
    syncFolder()
    guard rename(rebuilt, path) == 0 else { throw StorageProblem.other("cannot rename \(rebuilt): \(String(cString: strerror(errno)))") }
    syncFolder()
  }

  /// Removes whatever is left of an unfinished new database.
  func removeUnfinished() { remove(unfinished.path, unfinished.wal, unfinished.sharedMemory, unfinished.path + "-journal") }

  /// Declares the new database finished.
  func finishRebuild() throws {
    try Self.sync(unfinished.path)
    guard rename(unfinished.path, rebuilt) == 0 else {
      throw StorageProblem.other("cannot rename \(unfinished.path): \(String(cString: strerror(errno)))")
    }
    syncFolder()
  }

  /// Remembers that the database has to be checked at the next start.
  func suspect() {
    let descriptor = open(suspicion, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    if descriptor >= 0 { close(descriptor) }
  }

  var isSuspect: Bool { Self.isThere(suspicion) }

  func clearSuspicion() { remove(suspicion) }

  private func remove(_ paths: String...) {
    for path in paths { unlink(path) }
  }

  private static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

  private func syncFolder() { try? Self.sync(folder.isEmpty ? "." : folder) }

  private static func sync(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StorageProblem.other("cannot open \(path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw StorageProblem.device("cannot sync \(path): \(String(cString: strerror(errno)))") }
  }
}
