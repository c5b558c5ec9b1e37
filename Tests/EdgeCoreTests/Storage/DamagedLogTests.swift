import EdgeCore
import Foundation
import TestSupport
import Testing

@Suite("A damaged write-ahead log")
struct DamagedLogTests {
  /// The files of an edgecore that was killed: as they are while it runs.
  private static func killed(devices: Int) async throws -> StateFiles {
    let living = try StateFiles()
    let killed = try StateFiles()
    try await living.open { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      for number in 0..<devices { _ = try await edge.call("POST", Samples.devices, Samples.device(StateFiles.name(number))) }
      for name in ["swiftlet.db", "swiftlet.db-wal"] { try killed.write(try living.bytes(name), to: name) }
    }
    return killed
  }

  @Test("After a kill everything is there, and nothing is said of damage")
  func whole() async throws {
    let state = try await Self.killed(devices: 20)
    #expect(WriteAheadLog(path: state.folder.path("swiftlet.db-wal")) == .sound)
    try await state.open { #expect(await $0.deviceNames.count == 20) }
    #expect(state.kept.isEmpty)
    #expect(state.log.complaints.isEmpty, "\(state.log.lines)")
  }

  @Test("A transaction that was being written when the power went is dropped without a word", arguments: [10, 3_000, 4_200])
  func torn(missing: Int) async throws {
    let state = try await Self.killed(devices: 20)
    try state.change("swiftlet.db-wal") { $0.removeLast(missing) }
    try await state.open { #expect(await $0.deviceNames.count >= 19) }
    #expect(state.kept.isEmpty)
    #expect(state.log.complaints.isEmpty, "\(state.log.lines)")
  }

  @Test("Committed transactions behind a spoilt frame are said to be lost, and the log is kept")
  func spoiltFrame() async throws {
    let state = try await Self.killed(devices: 20)
    let before = try state.bytes("swiftlet.db-wal")
    try state.change("swiftlet.db-wal") { $0[$0.count / 2] ^= 0x10 }
    let spoilt = try state.bytes("swiftlet.db-wal")
    #expect(before != spoilt)
    try await state.open { edge in
      let count = await edge.deviceNames.count
      #expect(count > 0 && count < 20, "\(count) devices")
      #expect(await edge.revision >= edge.clock.now)
    }
    let kept = try #require(state.kept.first)
    #expect(try state.bytes(kept + "-wal") == spoilt)
    #expect(state.log.says("the database's log is damaged", "kept_as=", "transactions behind a spoilt frame"), "\(state.log.lines)")
  }

  @Test("A log whose beginning is spoilt is kept, and what was written back before is there")
  func spoiltBeginning() async throws {
    let state = try await Self.killed(devices: 5)
    try state.change("swiftlet.db-wal") { bytes in for index in 0..<32 { bytes[index] = 0xEE } }
    try await state.open { edge in
      let created = try await edge.call("POST", Samples.devices, Samples.device("new"))
      #expect(created.code == 201)
    }
    #expect(state.kept.count == 1)
    try await state.open { #expect(await $0.deviceNames.contains("new")) }
  }

  @Test("A log of zeros is one in which nothing was ever committed")
  func zeros() async throws {
    let state = try await Self.killed(devices: 1)
    try state.change("swiftlet.db-wal") { $0 = [UInt8](repeating: 0, count: 8_192) }
    #expect(WriteAheadLog(path: state.folder.path("swiftlet.db-wal")) == .empty)
  }
}
