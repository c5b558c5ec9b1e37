import Foundation
import GRDB
import GRDBSQLite
package import Logging
import Synchronization

/// Objects and twins in a SQLite file: WAL, every commit on the disk before it returns.
///
/// One connection suffices, because everything is read once at the start and served from memory.
package final class SQLiteStore: MetaStore {
  private struct State {
    var health = StorageHealth()
    /// What was read when the database was opened, until somebody asks for it.
    var contents: MetaContents?
    var lastProbe: Int64?
    var isLogLong = false
    var commits = 0
  }

  /// Milliseconds between two attempts to find out whether a full disk has space again.
  private static let probeInterval: Int64 = 1_000

  /// Commits between two looks at the log's size.
  private static let logInterval = 64

  /// Bytes of the log from which on somebody must be keeping it from being written back.
  private static let longLog = 64 << 20

  private let files: DatabaseFiles
  private let database: DatabaseQueue
  private let lock: StateLock
  private let clock: any EdgeClock
  private let logger: Logger
  private let state: Mutex<State>
  private let thread: WorkThread
  /// What was taken over from elsewhere before this start, by the name of its source.
  package let imports: [String: FinishedImport]

  /// Opens, or makes, the database; a damaged one is kept aside and what can be read of it taken over.
  ///
  /// - Parameters:
  ///   - path: The file; its folder is made if it isn't there. Nobody but its owner may read it.
  ///   - thread: Where commits wait for the disk. On that which whoever commits is on too, no switch of threads is needed; actors
  ///     serve others meanwhile.
  /// - Throws: ``EdgeCoreError`` naming the file when it can't be used.
  package init(path: String, thread: WorkThread? = nil, clock: any EdgeClock = SystemClock(), logger: Logger) throws {
    files = DatabaseFiles(path)
    self.thread = try thread ?? WorkThread()
    self.clock = clock
    self.logger = logger
    do {
      try FileManager.default.createDirectory(
        atPath: files.folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
      lock = try StateLock(database: path)
      let opened = try StoreOpening(files: files, clock: clock, logger: logger).open()
      database = opened.database
      imports = opened.contents.imports
      state = Mutex(State(contents: opened.contents))
    } catch let error as EdgeCoreError {
      throw error
    } catch {
      throw EdgeCoreError(.storage, "cannot use the database \(path): \(error)")
    }
    logger.debug("database open", metadata: ["path": "\(path)"])
  }

  /// SQLite's own word for how durable a commit is: 2 is FULL.
  package func synchronousLevel() throws -> Int? {
    try database.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
  }

  package func load() async throws -> MetaContents {
    let read = state.withLock { state in
      defer { state.contents = nil }
      return state.contents
    }
    if let read { return read }
    return try await database.read { try StoreReading($0).contents }
  }

  package func commit(_ changes: MetaChanges) async throws {
    if let problem = state.withLock({ $0.health.isWorthTrying ? nil : $0.health.problem }) { throw refusal(problem) }
    let failure = try await withTaskExecutorPreference(thread) { try await write(changes) }
    let notice = state.withLock { state in
      if let failure { state.health.failed(failure) } else { state.health.succeeded() }
    }
    if let notice { tell(notice) }
    if let failure { throw refusal(failure) }
    watchLog()
  }

  /// Without GRDB's own way to another thread and back, which costs two switches more.
  @concurrent private func write(_ changes: MetaChanges) async throws -> StorageProblem? {
    func writeHere() throws -> StorageProblem? {
      try database.writeWithoutTransaction { database -> StorageProblem? in
        do {
          try database.inTransaction {
            try changes.write(to: database)
            return .commit
          }
          return nil
        } catch let error as DatabaseError {
          return StorageProblem(error, systemError: sqlite3_system_errno(database.sqliteConnection))
        }
      }
    }
    return try writeHere()
  }

  private func refusal(_ problem: StorageProblem) -> EdgeCoreError { EdgeCoreError(.storage, problem.sentence(database: files.path)) }

  /// Says once that nothing can be stored, and once that it is over.
  private func tell(_ notice: StorageHealth.Notice) {
    switch notice {
    case .failing(let problem):
      if case .damaged = problem { files.suspect() }
      logger.error("updates are refused: \(problem.sentence(database: files.path))")
    case .recovered(let count):
      logger.notice("the database can be written again; updates are taken", metadata: ["refused_commits": "\(count)"])
    }
  }

  /// A reader that holds a transaction open, in somebody's sqlite3 say, keeps the log from ever being written back.
  private func watchLog() {
    let isDue = state.withLock { state in
      state.commits += 1
      return state.commits % Self.logInterval == 0
    }
    guard isDue else { return }
    let isLong = DatabaseFiles.size(of: files.wal) > Self.longLog
    let isNews = state.withLock { state in
      defer { state.isLogLong = isLong }
      return isLong && !state.isLogLong
    }
    guard isNews else { return }
    logger.warning(
      "the database's log grows because another program reads the database and doesn't end; look for it with: fuser \(files.path)",
      metadata: ["log": "\(files.wal)", "bytes": "\(DatabaseFiles.size(of: files.wal))"])
  }

  /// Whether updates are stored. While they aren't this tries again, for where nobody else does it is never seen to be over.
  package func isWritable() async -> Bool {
    let now = clock.uptime
    let isDue = state.withLock { state in
      guard state.health.problem != nil, state.health.isWorthTrying, now >= (state.lastProbe ?? .min) + Self.probeInterval else {
        return false
      }
      state.lastProbe = now
      return true
    }
    if isDue { try? await commit(.probe(at: now)) }
    return state.withLock { $0.health.problem == nil }
  }

  package func close() async {
    do {
      try database.close()
    } catch {
      logger.warning("the database could not be closed", metadata: ["error": "\(error)"])
    }
    lock.release()
  }
}
