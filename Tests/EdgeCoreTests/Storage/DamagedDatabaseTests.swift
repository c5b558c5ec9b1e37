import EdgeCore
import Foundation
import GRDB
import JSON
import TestSupport
import Testing
import TwinProtocol

@Suite("A damaged database")
struct DamagedDatabaseTests {
  @Test("What is no database at all is kept aside, untouched, and edgecore starts empty and can be used")
  func noDatabase() async throws {
    let state = try StateFiles()
    let garbage = Array("This was a database once. ".utf8) + [UInt8](repeating: 0xA5, count: 20_000)
    try state.write(garbage)
    try await state.open { edge in
      #expect(await edge.deviceNames == [])
      #expect(await edge.revision >= edge.clock.now)
      let created = try await edge.call("POST", Samples.devices, Samples.device())
      #expect(created.code == 201)
    }
    let kept = try #require(state.kept.first)
    #expect(kept == "swiftlet.db.corrupt-20261123T051900Z")
    #expect(try state.bytes(kept) == garbage)
    #expect(state.log.says("error the database is damaged", "kept_as=\(state.folder.path(kept))", "devices=0"), "\(state.log.lines)")
    try await state.open { #expect(await $0.deviceNames == ["boiler"]) }
  }

  @Test("Of a file that was cut off, what is left is taken over; what is missing can be applied again")
  func truncated() async throws {
    let state = try StateFiles()
    try await state.fill(devices: 200)
    let before = try await state.open { await $0.revision }
    let size = try state.bytes().count
    try state.change { $0.removeLast(size / 3) }
    try await state.open { edge in
      let names = await edge.deviceNames
      #expect(names.count > 20 && names.count < 200, "\(names.count) devices")
      #expect(await edge.revision > before)
      for name in names { #expect(await edge.meta.object(ObjectKey(kind: .device, namespace: "default", name: name))?.twin != nil) }
      let missing = try #require((0..<200).map(StateFiles.name).first { !names.contains($0) })
      #expect(try await edge.call("POST", Samples.devices, Samples.device(missing)).code == 201)
    }
    #expect(state.kept.count == 1)
    #expect(state.log.says("a part can't be read"), "\(state.log.lines)")
  }

  @Test("Spoilt pages cost the rows on them; Devices among them whose twin is lost start with what their Device says")
  func spoiltPages() async throws {
    let state = try StateFiles()
    try await state.fill(devices: 300)
    let page = try state.sql { database in
      try #require(
        try Int.fetchOne(
          database,
          sql: "SELECT pageno FROM dbstat WHERE name = 'twin' AND pagetype = 'leaf' ORDER BY path LIMIT 1 OFFSET 5"))
    }
    try state.change { bytes in
      for index in (page - 1) * 4_096..<page * 4_096 { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
    }
    try await state.open { edge in
      let names = await edge.deviceNames
      #expect(names == (0..<300).map(StateFiles.name))
      var lost: [String] = []
      for (number, name) in names.enumerated() {
        guard let reported = await edge.reported(name) else {
          lost.append(name)
          continue
        }
        #expect(reported == "\(number % 100)")
      }
      #expect((1...12).contains(lost.count), "\(lost)")
      let first = try #require(lost.first)
      let twin = await edge.meta.object(ObjectKey(kind: .device, namespace: "default", name: first))?.twin
      #expect(twin?.properties["target"]?.expected?.value == "50")
      #expect(twin?.isModelFound == true)
    }
    #expect(state.log.says("devices=300", "lost_twins="), "\(state.log.lines)")
    #expect(state.log.says("devices start with what their Device says"))
  }

  @Test("A flipped bit in a row, which SQLite doesn't see, costs that row: it is set aside with its text")
  func flippedBit() async throws {
    let state = try StateFiles()
    try await state.fill(devices: 3)
    try state.change { bytes in
      let place = try #require(bytes.firstRange(of: Array(#""value":"2""#.utf8)))
      bytes[place.upperBound - 2] = UInt8(ascii: "7")
    }
    try await state.open { edge in
      #expect(await edge.deviceNames.count == 3)
      #expect(await edge.reported("device-001") == "1")
      #expect(await edge.reported("device-002") == nil)
    }
    #expect(state.kept.isEmpty)
    #expect(state.log.says("twin default/device-002", "its checksum differs"), "\(state.log.lines)")
    let (name, text) = try state.sql { database in
      let row = try #require(try Row.fetchOne(database, sql: "SELECT name, content FROM set_aside"))
      return (row["name"] as String, row["content"] as String)
    }
    #expect(name == "twin default/device-002")
    #expect(text.contains(#""value":"7""#))
  }

  @Test(
    "A row that says nothing of use is set aside alone",
    arguments: [
      ("UPDATE twin SET seal = NULL, state = '{\"properties\"' WHERE name = 'device-001'", "isn't JSON"),
      ("UPDATE twin SET seal = NULL, state = '[]' WHERE name = 'device-001'", "is no twin"),
      ("UPDATE twin SET seal = NULL, state = x'00ff' WHERE name = 'device-001'", "something else than it should"),
    ])
  func uselessRow(sql: String, reason: String) async throws {
    let state = try StateFiles()
    try await state.fill(devices: 3)
    try state.sql { try $0.execute(sql: sql) }
    try await state.open { edge in
      #expect(await edge.deviceNames.count == 3)
      #expect(await edge.reported("device-001") == nil)
      #expect(await edge.reported("device-000") == "0")
    }
    #expect(state.log.says("a row can't be used and is set aside", "twin default/device-001", reason), "\(state.log.lines)")
    state.clock.advance(by: 1_000)
    let count = state.log.complaints.count
    try await state.open { #expect(await $0.deviceNames.count == 3) }
    #expect(state.log.complaints.count == count)
  }

  @Test("An object of a kind that a newer edgecore made is left alone, and edgecore says who can read it")
  func unknownKind() async throws {
    let state = try StateFiles()
    try await state.fill(devices: 1)
    try state.sql { try $0.execute(sql: "UPDATE object SET seal = NULL, kind = 'Device', version = 'v9' WHERE kind = 'Device'") }
    try await state.open { #expect(await $0.deviceNames == []) }
    #expect(state.log.says("this edgecore knows no Device in v9"), "\(state.log.lines)")
  }

  @Test(
    "A damaged schema costs the tables it hides",
    arguments: [
      "UPDATE sqlite_schema SET sql = 'CREATE TABLE twin (' WHERE name = 'twin'", "DELETE FROM sqlite_schema WHERE name = 'twin'",
      "ALTER TABLE twin RENAME COLUMN state TO stat", "DROP TABLE twin", "DROP TABLE grdb_migrations",
    ])
  func damagedSchema(sql: String) async throws {
    let state = try StateFiles()
    try await state.fill(devices: 5)
    try state.sql { database in
      try database.execute(sql: "PRAGMA writable_schema = ON")
      try database.execute(sql: sql)
    }
    try await state.open { edge in
      #expect(await edge.deviceNames == (0..<5).map(StateFiles.name))
      let twin = await edge.meta.object(ObjectKey(kind: .device, namespace: "default", name: "device-003"))?.twin
      #expect(twin?.properties["target"]?.expected?.value == "50")
    }
    #expect(state.kept.count == 1, "\(state.names)")
    try await state.open { #expect(await $0.deviceNames.count == 5) }
    #expect(state.kept.count == 1)
  }

  @Test("Every file that is kept aside stays, also when two are in one second")
  func keptTwice() async throws {
    let state = try StateFiles()
    for number in 1...2 {
      try state.write([UInt8](repeating: UInt8(number), count: 10_000))
      try await state.open { _ in }
    }
    #expect(state.kept == ["swiftlet.db.corrupt-20261123T051900Z", "swiftlet.db.corrupt-20261123T051900Z-2"])
    #expect(try state.bytes(state.kept[0]).first == 1)
    #expect(try state.bytes(state.kept[1]).first == 2)
  }

  @Test("Revisions go on behind all that were ever given out, also when the clock was set back")
  func revisions() async throws {
    let state = try StateFiles()
    try await state.fill(devices: 3)
    state.clock.set(1_000)
    var last = try await state.open { await $0.revision }
    for _ in 1...2 {
      try state.sql { try $0.execute(sql: "DROP TABLE twin") }
      let now = try await state.open { await $0.revision }
      #expect(now > last + 1_000_000)
      last = now
    }
  }

  @Test("A watcher that has seen a revision of a lost database lists again")
  func revisionOfTheFuture() async throws {
    let state = try StateFiles()
    try await state.open { edge in
      let revision = await edge.revision
      #expect(await edge.meta.watch(ObjectSelection(kind: .device), after: revision) != nil)
      #expect(await edge.meta.watch(ObjectSelection(kind: .device), after: revision + 1) == nil)
    }
  }

  @Test("A rebuild that was interrupted when all was written is finished at the next start")
  func interruptedRebuild() async throws {
    let state = try StateFiles()
    try await state.fill(devices: 4)
    let whole = try state.bytes()
    try state.write(whole, to: "swiftlet.db.rebuilt")
    try state.write(Array("unfinished".utf8), to: "swiftlet.db.rebuild")
    try state.change { $0.removeLast($0.count / 2) }
    try await state.open { #expect(await $0.deviceNames.count == 4) }
    #expect(state.kept.count == 1)
    #expect(!state.names.contains { $0.contains("rebuil") }, "\(state.names)")
  }
}
