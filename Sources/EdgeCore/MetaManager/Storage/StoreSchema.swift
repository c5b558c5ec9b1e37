import Foundation
import GRDB

/// The tables by version.
enum StoreSchema {
  static var migrator: DatabaseMigrator {
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
    migrator.registerMigration("2 seals, rows set aside, imports") { database in
      try database.execute(
        sql: """
          ALTER TABLE object ADD COLUMN seal INTEGER;
          ALTER TABLE twin ADD COLUMN seal INTEGER;
          CREATE TABLE set_aside (
            id INTEGER PRIMARY KEY, time INTEGER NOT NULL, place TEXT NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL, content TEXT
          );
          CREATE TABLE import (source TEXT NOT NULL PRIMARY KEY, time INTEGER NOT NULL, summary TEXT NOT NULL) WITHOUT ROWID;
          CREATE TABLE sub_topic (topic TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
          """)
    }
    // Without a rowid what a row has above a quarter of a page goes to pages of its own: the update of a twin wrote five pages, and
    // writes one so.
    migrator.registerMigration("3 twins in one piece") { database in
      try database.execute(
        sql: """
          ALTER TABLE twin RENAME TO old_twin;
          CREATE TABLE twin (
            id INTEGER NOT NULL PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, seal INTEGER,
            UNIQUE (namespace, name)
          );
          INSERT INTO twin (namespace, name, state, seal) SELECT namespace, name, state, seal FROM old_twin ORDER BY namespace, name;
          DROP TABLE old_twin;
          """)
    }
    migrator.registerMigration("4 what the server adds to objects") { database in
      try database.execute(sql: "ALTER TABLE object ADD COLUMN server TEXT")
    }
    return migrator
  }

  /// Finds out whether the tables are what the migrations made.
  ///
  /// - Throws: SQLite's error about what is missing.
  static func check(_ database: Database) throws {
    for (table, columns) in [
      ("object", "kind, namespace, name, uid, created, generation, resource_version, version, content, seal, server"),
      ("twin", "namespace, name, state, seal"), ("counter", "name, value"), ("set_aside", "id, time, place, name, reason, content"),
      ("import", "source, time, summary"), ("sub_topic", "topic"),
    ] {
      _ = try database.makeStatement(sql: "SELECT \(columns) FROM \(table)")
    }
  }

  /// Refuses what isn't ours to change: the database of a newer edgecore, and that of another program.
  ///
  /// It is looked at through a connection that writes nothing. What can't be read that way is left to those who look for
  /// damage.
  static func refuseForeign(_ files: DatabaseFiles) throws(EdgeCoreError) {
    guard files.exists else { return }
    var configuration = GRDB.Configuration()
    configuration.readonly = true
    // Without a log there is nothing but the file, and nothing of SQLite's has to be made beside it.
    let path = files.wasLeftOpen ? files.path : files.immutableURI
    let looked = try? DatabaseQueue(path: path, configuration: configuration).read { database in
      (
        newer: try migrator.hasBeenSuperseded(database) ? migrator.appliedIdentifiers(database).subtracting(migrator.migrations) : [],
        tables: try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
      )
    }
    guard let looked else { return }
    if let newest = looked.newer.max() {
      throw EdgeCoreError(
        .storage,
        """
        the database \(files.path) was written by a newer edgecore (it has "\(newest)", and this one knows up to \
        "\(migrator.migrations.last ?? "")"); it is left as it is. Run that edgecore again, or name another file with --data-source
        """)
    }
    // One of ours with a damaged schema may have lost some of its tables, but hardly all that make it known.
    if Set(looked.tables).isDisjoint(with: ["grdb_migrations", "object", "twin"]), let table = looked.tables.first {
      throw EdgeCoreError(
        .storage,
        "the database \(files.path) is another program's (it has a table \"\(table)\"); name another file with --data-source")
    }
  }
}

extension DatabaseFiles {
  /// The file for a connection that takes it for one that nobody changes.
  var immutableURI: String {
    let allowed = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-")
    return "file:\(path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path)?immutable=1"
  }
}
