import Foundation
import GRDB
import Logging
import TwinProtocol

/// Opens a database in whatever state it is.
///
/// What is damaged is found before anything is written. Reading everything, which edgecore does anyway, touches every page
/// of the tables, and each row's checksum tells whether it is what was written. `PRAGMA quick_check` finds what that
/// doesn't, a page that is used twice or a list of free pages that isn't one, and is asked when the database wasn't closed
/// or was suspect: with 10,000 devices of 10 properties (94 MB) it takes 45 to 60 ms. `PRAGMA integrity_check`, which
/// compares indices with their tables too, takes 90 to 100 ms.
struct StoreOpening {
  let files: DatabaseFiles
  let clock: any EdgeClock
  let logger: Logger

  /// - Throws: ``EdgeCoreError`` with what to do about it.
  func open() throws -> (database: DatabaseQueue, contents: MetaContents) {
    do {
      if DatabaseFiles.size(of: files.rebuilt) > 0 {
        logger.warning("going on with a database that was rebuilt before the last stop")
        try files.replaceByRebuilt(keepingAs: files.nameAside(now: clock.now))
      }
      files.removeUnfinished()
      try StoreSchema.refuseForeign(files)
      return try openChecked()
    } catch let problem as StorageProblem {
      throw EdgeCoreError(.storage, problem.sentence(database: files.path))
    }
  }

  private func openChecked() throws -> (database: DatabaseQueue, contents: MetaContents) {
    let hasLostTransactions = try keepDamagedLog()
    do {
      try check()
      let database = try connect()
      var reading = try translated { try database.read { try StoreReading($0) } }
      files.clearSuspicion()
      try complete(&reading, hasLostTransactions: hasLostTransactions, database)
      return (database, reading.contents)
    } catch StorageProblem.damaged(let reason) {
      return try rebuild(because: reason)
    }
  }

  /// A log with a spoilt frame is read by SQLite up to there, and then overwritten: so it is kept before.
  private func keepDamagedLog() throws -> Bool {
    guard case .damaged(let reason) = WriteAheadLog(path: files.wal) else { return false }
    let aside = files.nameAside(now: clock.now)
    do {
      try files.copy(to: aside)
    } catch {
      throw EdgeCoreError(
        .storage,
        "the log \(files.wal) is damaged (\(reason)), and there is no way to keep a copy of it: \(error). Make room, or move it away")
    }
    logger.error(
      "the database's log is damaged: the last changes are lost, those before them are there",
      metadata: ["reason": "\(reason)", "kept_as": "\(aside.path)"])
    return true
  }

  /// Looks for damage through a connection that changes nothing, so that what is kept aside is what was found.
  private func check() throws {
    guard files.exists, files.wasLeftOpen || files.isSuspect else { return }
    var configuration = GRDB.Configuration()
    configuration.readonly = true
    let findings = try translated {
      try DatabaseQueue(path: files.path, configuration: configuration).read { database in
        try String.fetchAll(database, sql: "PRAGMA quick_check(3)")
      }
    }
    guard findings == ["ok"] else { throw StorageProblem.damaged(findings.joined(separator: "; ")) }
  }

  private func connect() throws -> DatabaseQueue {
    try translated {
      do {
        return try connect(isShared: true)
      } catch let error as DatabaseError where Self.sharedMemoryErrors.contains(error.extendedResultCode) {
        logger.notice("the disk is full: other programs can't read the database until the next start", metadata: ["file": "\(files.path)"])
        return try connect(isShared: false)
      }
    }
  }

  /// What comes of a disk that has no space for the file through which SQLite shares the log's index with other programs.
  private static let sharedMemoryErrors: [ResultCode] = [.SQLITE_FULL, .SQLITE_IOERR_SHMSIZE, .SQLITE_IOERR_SHMMAP, .SQLITE_IOERR_SHMOPEN]

  /// - Parameter isShared: Whether others may have the database open too; else nothing has to be written to read it.
  private func connect(isShared: Bool) throws -> DatabaseQueue {
    var configuration = GRDB.Configuration()
    configuration.busyMode = .timeout(5)
    if !isShared { configuration.prepareDatabase { try $0.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") } }
    files.makePrivate()
    let database = try DatabaseQueue(path: files.path, configuration: configuration)
    try database.inDatabase { database in
      // Not through GRDB's configuration, which writes to the file at each opening and leaves synchronous at NORMAL.
      try database.execute(sql: "PRAGMA journal_mode = WAL")
      try database.execute(sql: "PRAGMA synchronous = FULL")
      // The log is written back every 1,000 pages (4 MB); what one large commit made it grow to is given back.
      try database.execute(sql: "PRAGMA wal_autocheckpoint = 1000")
      try database.execute(sql: "PRAGMA journal_size_limit = 8388608")
      // KiB of pages that SQLite keeps; what it doesn't keep is in the system's memory anyway.
      try database.execute(sql: "PRAGMA cache_size = -1024")
    }
    try StoreSchema.migrator.migrate(database)
    try database.read { try StoreSchema.check($0) }
    return database
  }

  /// Sees to it that every Device has a twin, and that what can't be used is out of the way.
  private func complete(_ reading: inout StoreReading, hasLostTransactions: Bool, _ database: DatabaseQueue) throws {
    let now = clock.now
    let devices = reading.contents.declareMissingTwins(now: now)
    if hasLostTransactions {
      reading.contents.reservedResourceVersion = StoreReading.resourceVersion(afterLosing: reading.contents, now: now)
    }
    guard !devices.isEmpty || !reading.rejected.isEmpty || hasLostTransactions else { return }
    var changes = MetaChanges()
    for id in devices { changes.twins[id] = reading.contents.twins[id] }
    if hasLostTransactions { changes.reservedResourceVersion = reading.contents.reservedResourceVersion }
    for row in reading.rejected {
      logger.error("a row can't be used and is set aside", metadata: ["row": "\(row.name)", "reason": "\(row.reason)"])
    }
    if !devices.isEmpty {
      logger.warning(
        "devices start with what their Device says, without what was reported", metadata: ["devices": "\(Self.list(devices))"])
    }
    do {
      try database.write { [changes, rejected = reading.rejected] database in
        for row in rejected { try row.setAside(now: now, in: database) }
        try changes.write(to: database)
      }
    } catch {
      // They are passed over again at the next start; but a revision that isn't stored can't be counted on.
      if hasLostTransactions { throw error }
      logger.warning("rows that can't be used stay where they are", metadata: ["error": "\(error)"])
    }
  }

  /// Makes a new database of what can be read of the damaged one, which is kept.
  private func rebuild(because reason: String) throws -> (database: DatabaseQueue, contents: MetaContents) {
    let now = clock.now
    var reading = StoreReading(salvaging: files)
    let lostTwins = reading.contents.declareMissingTwins(now: now)
    reading.contents.reservedResourceVersion = StoreReading.resourceVersion(afterLosing: reading.contents, now: now)
    do {
      try write(reading, now: now)
    } catch {
      throw EdgeCoreError(
        .storage,
        "the database \(files.path) is damaged (\(reason)), and a new one can't be written beside it: \(error). It is left as it is")
    }
    let aside = files.nameAside(now: now)
    try files.replaceByRebuilt(keepingAs: aside)
    files.clearSuspicion()
    report(reading, lostTwins: lostTwins, reason: reason, keptAs: aside)
    return (try connect(), reading.contents)
  }

  private func write(_ reading: StoreReading, now: Int64) throws {
    do {
      files.unfinished.makePrivate()
      let database = try DatabaseQueue(path: files.unfinished.path)
      defer { try? database.close() }
      try StoreSchema.migrator.migrate(database)
      try database.write { database in
        for row in reading.rejected { try row.keep(now: now, in: database) }
        try reading.contents.asChanges.write(to: database)
        for done in reading.contents.imports.values { try done.write(to: database) }
      }
    } catch {
      files.removeUnfinished()
      throw error
    }
    try files.finishRebuild()
  }

  private func report(_ reading: StoreReading, lostTwins: [DeviceID], reason: String, keptAs aside: DatabaseFiles) {
    func count(_ kind: ObjectKind) -> Int { reading.contents.objects.count { $0.key.kind == kind } }
    logger.error(
      "the database is damaged and kept aside; edgecore goes on with what could be read of it",
      metadata: [
        "reason": "\(reason)", "kept_as": "\(aside.path)", "devices": "\(count(.device))", "models": "\(count(.deviceModel))",
        "events": "\(count(.event))", "twins": "\(reading.contents.twins.count - lostTwins.count)", "lost_twins": "\(lostTwins.count)",
        "lost_rows": "\(reading.rejected.count)", "resource_version": "\(reading.contents.reservedResourceVersion)",
      ])
    for what in reading.unreadable { logger.error("a part can't be read", metadata: ["part": "\(what)"]) }
    for row in reading.rejected { logger.error("a row can't be used", metadata: ["row": "\(row.name)", "reason": "\(row.reason)"]) }
    if !lostTwins.isEmpty {
      logger.warning(
        "devices start with what their Device says, without what was reported", metadata: ["devices": "\(Self.list(lostTwins))"])
    }
    if !reading.isWhole || reading.contents.objects.isEmpty {
      logger.warning("apply again what is missing: kubectl get devices,devicemodels shows what is there")
    }
  }

  private static func list(_ devices: [DeviceID]) -> String {
    let names = devices.sorted().prefix(20).map { "\($0)" }.joined(separator: ", ")
    return devices.count > 20 ? "\(names) and \(devices.count - 20) more" : names
  }

  /// With SQLite's errors as what they mean here. Our own statements can't be wrong unless the tables are.
  private func translated<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as DatabaseError {
      if error.resultCode == .SQLITE_ERROR { throw StorageProblem.damaged(error.message ?? "\(error)") }
      throw StorageProblem(error)
    }
  }
}
