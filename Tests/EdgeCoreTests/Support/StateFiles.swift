import EdgeCore
import Foundation
import GRDB
import JSON
import Logging
import TestSupport
import Testing
import TwinProtocol

/// The state of an edgecore in a folder: filled, damaged and looked at by tests.
struct StateFiles: Sendable {
  let folder: TestFolder
  let clock: ManualClock
  let log = RecordedLog()

  init(clock: ManualClock = ManualClock()) throws {
    folder = try TestFolder("state")
    self.clock = clock
  }

  var database: String { folder.path("swiftlet.db") }

  /// The names of the files, sorted.
  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.sorted() ?? [] }

  /// The files that were kept aside, without their logs.
  var kept: [String] { names.filter { $0.contains(".corrupt-") && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") } }

  /// Opens the state with a log that the test can read, as an edgecore that starts does.
  func open<Value: Sendable>(_ body: @escaping @Sendable (EdgeFixture) async throws -> Value) async throws -> Value {
    try await EdgeFixture.with(folder, clock: clock, store: try SQLiteStore(path: database, clock: clock, logger: log.logger), body)
  }

  /// Applies a model and devices `device-000`…, each of which has reported a temperature of its number.
  func fill(devices: Int) async throws {
    try await open { edge in
      _ = try await edge.call("POST", Samples.models, Samples.model)
      for number in 0..<devices {
        let name = Self.name(number)
        _ = try await edge.call("POST", Samples.devices, Samples.device(name, target: "50"))
        _ = try await edge.receive(
          Samples.topic(name, .twinUpdate),
          #"{"event_id":"e\#(number)","twin":{"temperature":{"actual":{"value":"\#(number % 100)"}}}}"#)
      }
    }
  }

  static func name(_ number: Int) -> String { "device-" + String(repeating: "0", count: 3 - "\(number)".count) + "\(number)" }

  /// The file's bytes.
  func bytes(_ name: String = "swiftlet.db") throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: folder.path(name)))) }

  func write(_ bytes: [UInt8], to name: String = "swiftlet.db") throws {
    try Data(bytes).write(to: URL(filePath: folder.path(name)))
  }

  /// Changes the file's bytes.
  func change(_ name: String = "swiftlet.db", _ body: (inout [UInt8]) throws -> Void) throws {
    var bytes = try bytes(name)
    try body(&bytes)
    try write(bytes, to: name)
  }

  /// Runs SQL on the file, as another program would.
  func sql<Value>(_ body: (Database) throws -> Value) throws -> Value {
    let queue = try DatabaseQueue(path: database)
    defer { try? queue.close() }
    return try queue.writeWithoutTransaction(body)
  }
}

extension EdgeFixture {
  /// The names of the Devices that are served.
  var deviceNames: [String] {
    get async { await meta.list(ObjectSelection(kind: .device)).objects.map(\.stored.key.name) }
  }

  /// What a device has reported of a property.
  func reported(_ device: String, _ property: String = "temperature") async -> String? {
    await meta.object(ObjectKey(kind: .device, namespace: "default", name: device))?.twin?.properties[property]?.actual?.value
  }

  /// The last revision.
  var revision: Int64 { get async { await meta.list(ObjectSelection(kind: .device)).resourceVersion } }
}

extension StateFiles {
  /// Runs a file of SQL from the test's vectors on a database in the folder.
  func run(_ vector: String, on name: String = "swiftlet.db") throws {
    let file = try #require(Bundle.module.url(forResource: "Vectors/\(vector)", withExtension: "sql"))
    let queue = try DatabaseQueue(path: folder.path(name))
    defer { try? queue.close() }
    try queue.writeWithoutTransaction { try $0.execute(sql: try String(contentsOf: file, encoding: .utf8)) }
  }
}

extension StateFiles {
  /// Spoils pages of the database where it lies, as a failing disk does.
  func overwrite(pages: Range<Int>) throws {
    let file = try FileHandle(forUpdating: URL(filePath: database))
    defer { try? file.close() }
    let size = Int(try file.seekToEnd())
    for page in pages where (page + 1) * 4_096 <= size {
      try file.seek(toOffset: UInt64(page * 4_096))
      try file.write(contentsOf: Data(repeating: 0x5A, count: 4_096))
    }
  }
}
