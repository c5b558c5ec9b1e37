import Foundation
import GRDB
import JSON
package import Logging
import TwinProtocol

/// Objects and twins in a SQLite file: WAL, every commit on the disk before it returns.
///
/// One connection suffices, because everything is read once at the start and served from memory.
package struct SQLiteStore: MetaStore {
  private let database: DatabaseQueue
  private let lock: StateLock
  private let logger: Logger

  /// Opens, or makes, the database.
  ///
  /// - Parameter path: The file; its folder is made, readable by its owner only, if it isn't there.
  /// - Throws: ``EdgeCoreError`` naming the file when it can't be used.
  package init(path: String, logger: Logger) throws {
    self.logger = logger
    do {
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
      lock = try StateLock(database: path)
      var configuration = GRDB.Configuration()
      configuration.journalMode = .wal
      configuration.busyMode = .timeout(5)
      database = try DatabaseQueue(path: path, configuration: configuration)
      // GRDB sets NORMAL when it turns WAL on, so FULL has to come after it.
      try database.inDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      try Self.migrator.migrate(database)
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

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 objects, twins") { database in
      try database.execute(
        sql: """
          CREATE TABLE object (
            kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
            uid TEXT NOT NULL, created INTEGER NOT NULL, generation INTEGER NOT NULL, resource_version INTEGER NOT NULL,
            version TEXT NOT NULL, content TEXT NOT NULL,
            PRIMARY KEY (kind, namespace, name)
          ) WITHOUT ROWID;
          CREATE TABLE twin (
            namespace TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,
            PRIMARY KEY (namespace, name)
          ) WITHOUT ROWID;
          CREATE TABLE counter (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
          """)
    }
    return migrator
  }

  package func load() async throws -> MetaContents {
    try await database.read { database in
      var contents = MetaContents()
      for row in try Row.fetchAll(database, sql: "SELECT * FROM object") {
        let kind: String = row["kind"]
        let version: String = row["version"]
        let text: String = row["content"]
        guard let kind = ObjectKind(rawValue: kind), let version = ObjectVersion(rawValue: version) else {
          throw EdgeCoreError(.storage, "the database holds a \(kind) in \(version), which this edgecore doesn't know; use a newer one")
        }
        contents.objects.append(
          StoredObject(
            key: ObjectKey(kind: kind, namespace: row["namespace"], name: row["name"]), uid: row["uid"], created: row["created"],
            generation: row["generation"], resourceVersion: row["resource_version"], version: version,
            content: try JSONValue(parsing: text)))
      }
      for row in try Row.fetchAll(database, sql: "SELECT * FROM twin") {
        let text: String = row["state"]
        contents.twins[DeviceID(namespace: row["namespace"], name: row["name"])] = DeviceTwinState(stored: try JSONValue(parsing: text))
      }
      contents.reservedResourceVersion =
        try Int64.fetchOne(database, sql: "SELECT value FROM counter WHERE name = 'resource_version'") ?? 0
      return contents
    }
  }

  package func commit(_ changes: MetaChanges) async throws {
    try await database.write { database in
      for (key, object) in changes.objects { try Self.write(object, key, to: database) }
      for (id, twin) in changes.twins { try Self.write(twin, id, to: database) }
      if let reserved = changes.reservedResourceVersion {
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO counter (name, value) VALUES ('resource_version', ?)")
          .execute(arguments: [reserved])
      }
    }
  }

  package func close() async {
    do {
      try database.close()
    } catch {
      logger.warning("the database could not be closed", metadata: ["error": "\(error)"])
    }
    lock.release()
  }

  private static func write(_ object: StoredObject?, _ key: ObjectKey, to database: Database) throws {
    guard let object else {
      try database.cachedStatement(sql: "DELETE FROM object WHERE kind = ? AND namespace = ? AND name = ?")
        .execute(arguments: [key.kind.rawValue, key.namespace, key.name])
      return
    }
    try database.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO object (kind, namespace, name, uid, created, generation, resource_version, version, content)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      key.kind.rawValue, key.namespace, key.name, object.uid, object.created, object.generation, object.resourceVersion,
      object.version.rawValue, object.content.text,
    ])
  }

  private static func write(_ twin: DeviceTwinState?, _ id: DeviceID, to database: Database) throws {
    guard let twin else {
      try database.cachedStatement(sql: "DELETE FROM twin WHERE namespace = ? AND name = ?").execute(arguments: [id.namespace, id.name])
      return
    }
    try database.cachedStatement(sql: "INSERT OR REPLACE INTO twin (namespace, name, state) VALUES (?, ?, ?)")
      .execute(arguments: [id.namespace, id.name, twin.stored])
  }
}
