import EdgeCore
import Foundation
import GRDB
import TestSupport
import Testing
import TwinProtocol

@Suite("Databases of other versions")
struct MigrationTests {
  /// A database made of a file of SQL.
  private static func made(of vector: String) throws -> StateFiles {
    let state = try StateFiles()
    try state.run(vector)
    return state
  }

  @Test("The first version opens with everything in it, and is of the newest version after")
  func firstVersion() async throws {
    let state = try Self.made(of: "swiftlet-1")
    for _ in 1...2 {
      try await state.open { edge in
        #expect(await edge.deviceNames == ["boiler"])
        #expect(await edge.reported("boiler") == "64.5")
        let device = await edge.meta.object(ObjectKey(kind: .device, namespace: "default", name: "boiler"))
        #expect(device?.stored.uid == "c7d2")
        #expect(device?.twin?.properties["target"]?.expected?.timestamp == 1_795_411_140_000)
        #expect(await edge.revision > 50_003)
        _ = try await edge.receive(
          Samples.topic("boiler", .twinUpdate), #"{"event_id":"e2","twin":{"temperature":{"actual":{"value":"64.5"}}}}"#)
      }
    }
    #expect(state.log.complaints.isEmpty, "\(state.log.lines)")
    #expect(state.kept.isEmpty)
    let migrations = try state.sql { try String.fetchAll($0, sql: "SELECT identifier FROM grdb_migrations ORDER BY 1") }
    #expect(migrations.count > 1)
  }

  @Test("Nobody but its owner reads a database, one from before either: Secrets are in it")
  func mode() async throws {
    let state = try Self.made(of: "swiftlet-1")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: state.database)
    for fresh in [state, try StateFiles()] {
      try await fresh.open { edge in
        try await edge.makeNamespace("lab")
        for file in ["", "-wal", "-shm"] {
          let attributes = try FileManager.default.attributesOfItem(atPath: fresh.database + file)
          let mode = attributes[.posixPermissions] as? Int
          #expect(mode == 0o600, "swiftlet.db\(file)")
        }
      }
    }
  }

  @Test("A database of a newer edgecore is refused in a sentence, and not a byte of it is touched", arguments: [false, true])
  func newer(wasKilled: Bool) async throws {
    let state = try Self.made(of: "swiftlet-1")
    try await state.open { _ in }
    try state.sql { database in
      try database.execute(sql: "INSERT INTO grdb_migrations VALUES ('9 what nobody thought of yet'); CREATE TABLE ninth (a)")
    }
    if wasKilled {
      let other = try StateFiles()
      let queue = try DatabaseQueue(path: state.database)
      try await queue.write { try $0.execute(sql: "INSERT INTO ninth VALUES (1)") }
      for name in ["swiftlet.db", "swiftlet.db-wal"] { try other.write(try state.bytes(name), to: name) }
      try queue.close()
      try Self.expectRefusal(other)
    } else {
      try Self.expectRefusal(state)
      #expect(state.names == ["swiftlet.db", "swiftlet.db.lock"])
    }
  }

  private static func expectRefusal(_ state: StateFiles) throws {
    let before = try ["swiftlet.db", "swiftlet.db-wal"].map { state.folder.exists($0) ? try state.bytes($0) : [] }
    let refusal = #expect(throws: EdgeCoreError.self) { try SQLiteStore(path: state.database, logger: state.log.logger) }
    let message = try #require(refusal?.message)
    #expect(message.contains("newer edgecore") && message.contains("9 what nobody thought of yet"), "\(message)")
    #expect(message.contains(state.database))
    #expect(try ["swiftlet.db", "swiftlet.db-wal"].map { state.folder.exists($0) ? try state.bytes($0) : [] } == before)
    #expect(state.kept.isEmpty)
  }

  @Test("Another program's database is refused and left alone")
  func foreign() async throws {
    let state = try Self.made(of: "edgecore-1.23")
    let before = try state.bytes()
    let refusal = #expect(throws: EdgeCoreError.self) { try SQLiteStore(path: state.database, logger: state.log.logger) }
    #expect(refusal?.message.contains("another program's") == true, "\(refusal?.message ?? "")")
    #expect(try state.bytes() == before)
  }

  @Test("A migration that was killed on its way is done again from its beginning")
  func killedOnItsWay() async throws {
    let state = try Self.made(of: "swiftlet-1")
    // What a kill leaves: the migration's pages in the log, without the commit that makes them count.
    let killed = try StateFiles()
    let queue = try DatabaseQueue(path: state.database)
    try await queue.writeWithoutTransaction { database in
      try database.execute(
        sql: """
          PRAGMA journal_mode = WAL;
          PRAGMA cache_size = 1;
          PRAGMA cache_spill = 1;
          BEGIN IMMEDIATE;
          ALTER TABLE object ADD COLUMN seal INTEGER;
          CREATE TABLE set_aside (id INTEGER PRIMARY KEY, content TEXT);
          INSERT INTO set_aside (content) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
            SELECT printf('%200d', i) FROM n;
          """)
      for name in ["swiftlet.db", "swiftlet.db-wal"] { try killed.write(try state.bytes(name), to: name) }
      try database.execute(sql: "ROLLBACK")
    }
    try queue.close()
    #expect(try killed.bytes("swiftlet.db-wal").count > 100_000)
    try await killed.open { edge in
      #expect(await edge.deviceNames == ["boiler"])
      #expect(await edge.reported("boiler") == "64.5")
    }
    #expect(killed.log.complaints.isEmpty, "\(killed.log.lines)")
    #expect(try killed.sql { try Int.fetchOne($0, sql: "SELECT count(*) FROM set_aside") } == 0)
  }

  @Test("A migration that can't be made changes nothing, and what was there is kept and taken over")
  func impossible() async throws {
    let state = try Self.made(of: "swiftlet-1")
    try state.sql { try $0.execute(sql: "CREATE TABLE sub_topic (something TEXT)") }
    try await state.open { edge in
      #expect(await edge.deviceNames == ["boiler"])
      #expect(await edge.reported("boiler") == "64.5")
    }
    let kept = try #require(state.kept.first)
    let columns = try await DatabaseQueue(path: state.folder.path(kept)).read { try $0.columns(in: "object").map(\.name) }
    #expect(!columns.contains("seal"))
  }
}
