import GRDB
import JSON
import TwinProtocol

extension MetaChanges {
  /// Writes everything, in the transaction that there is.
  func write(to database: Database) throws {
    for (key, object) in objects { try Self.write(object, key, to: database) }
    for (id, twin) in twins { try Self.write(twin, id, to: database) }
    if let reservedResourceVersion {
      try database.cachedStatement(sql: "INSERT OR REPLACE INTO counter (name, value) VALUES ('resource_version', ?)")
        .execute(arguments: [reservedResourceVersion])
    }
    for topic in subscribedTopics {
      try database.cachedStatement(sql: "INSERT OR IGNORE INTO sub_topic (topic) VALUES (?)").execute(arguments: [topic])
    }
    try finishedImport?.write(to: database)
    if let probe {
      try database.cachedStatement(sql: "INSERT OR REPLACE INTO counter (name, value) VALUES ('probe', ?)").execute(arguments: [probe])
    }
  }

  /// A change of nothing, which is stored all the same; of a number that differs, or SQLite wouldn't write.
  static func probe(at uptime: Int64) -> MetaChanges {
    var changes = MetaChanges()
    changes.probe = uptime
    return changes
  }

  private static func write(_ object: StoredObject?, _ key: ObjectKey, to database: Database) throws {
    guard let object else {
      try database.cachedStatement(sql: "DELETE FROM object WHERE kind = ? AND namespace = ? AND name = ?")
        .execute(arguments: [key.kind.rawValue, key.namespace, key.name])
      return
    }
    let text = object.content.text
    let server = object.serverFields
    try database.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO object (kind, namespace, name, uid, created, generation, resource_version, version, content, server, seal)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      key.kind.rawValue, key.namespace, key.name, object.uid, object.created, object.generation, object.resourceVersion,
      object.version.rawValue, text, server, RowSeal.seal(of: text, server: server, object: object),
    ])
  }

  private static func write(_ twin: DeviceTwinState?, _ id: DeviceID, to database: Database) throws {
    guard let twin else {
      try database.cachedStatement(sql: "DELETE FROM twin WHERE namespace = ? AND name = ?").execute(arguments: [id.namespace, id.name])
      return
    }
    let text = twin.stored
    try database.cachedStatement(
      sql: """
        INSERT INTO twin (namespace, name, state, seal) VALUES (?, ?, ?, ?)
        ON CONFLICT (namespace, name) DO UPDATE SET state = excluded.state, seal = excluded.seal
        """
    ).execute(arguments: [id.namespace, id.name, text, RowSeal.seal(of: text, twinOf: id)])
  }
}

extension FinishedImport {
  func write(to database: Database) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO import (source, time, summary) VALUES (?, ?, ?)", arguments: [source, time, summary])
  }
}

extension RejectedRow {
  /// Keeps what the row says where nobody reads it but people.
  func keep(now: Int64, in database: Database) throws {
    try database.execute(
      sql: "INSERT INTO set_aside (time, place, name, reason, content) VALUES (?, ?, ?, ?, ?)",
      arguments: [now, table, name, reason, content])
  }

  /// Moves the row there.
  func setAside(now: Int64, in database: Database) throws {
    try keep(now: now, in: database)
    let condition = key.map { "\($0.column) IS ?" }.joined(separator: " AND ")
    try database.execute(sql: "DELETE FROM \(table) WHERE \(condition)", arguments: StatementArguments(key.map(\.value)))
  }
}
