import EdgeCore
import Foundation
import GRDB
import JSON
import TestSupport
import Testing
import TwinProtocol

@Suite("Taking over KubeEdge's edgecore.db")
struct KubeEdgeImportTests {
  private static let file = "edgecore.db"

  /// Starts as edgecore does: the import, then the rest.
  private static func start(
    _ state: StateFiles, _ body: @escaping @Sendable (EdgeFixture) async throws -> Void = { _ in }
  ) async throws {
    let store = try SQLiteStore(path: state.database, clock: state.clock, logger: state.log.logger)
    let writer = ObjectWriter(dispatcher: TwinDispatcher(node: "edge-node-1", makeID: { "id" }), makeUID: { UUID().uuidString })
    await KubeEdgeImport(folder: state.folder.path, writer: writer, clock: state.clock, logger: state.log.logger).run(into: store)
    try await EdgeFixture.with(state.folder, clock: state.clock, store: store, body)
  }

  private static func change(_ state: StateFiles, _ sql: String, _ arguments: StatementArguments = []) throws {
    let queue = try DatabaseQueue(path: state.folder.path(file))
    try queue.write { try $0.execute(sql: sql, arguments: arguments) }
    try queue.close()
  }

  private static func twin(_ edge: EdgeFixture, _ name: String = "dev1", _ namespace: String = "default") async throws -> JSONValue {
    let answers = try await edge.receive("$hw/events/device/\(namespace)/\(name)/twin/get", #"{"event_id":"g"}"#)
    return try JSONValue(parsing: try #require(answers.first).payload)["twin"] ?? .null
  }

  private static func expectTemperature(_ value: String, _ edge: EdgeFixture) async throws {
    #expect(try await twin(edge).at("temperature", "actual", "value")?.string == value)
  }

  @Test("Twins come with their values, types and times, of either generation of KubeEdge", arguments: ["1.23", "1.9.2"])
  func twins(version: String) async throws {
    let state = try StateFiles()
    try state.run("edgecore-\(version)", on: Self.file)
    try await Self.start(state) { edge in
      let twin = try await Self.twin(edge)
      let names = try #require(twin.object).keys.sorted()
      #expect(names == ["enabled", "newint", "newopt", "newp", "newupd2", "ratio", "status", "temperature"])
      #expect(twin.at("temperature", "expected", "value") == "40")
      #expect(twin.at("temperature", "actual", "value") == "40")
      let time: Int64 = version == "1.23" ? 1_795_411_159_063 : 1_795_411_159_731
      #expect(twin.at("temperature", "actual", "metadata", "timestamp")?.integer == time)
      #expect(twin.at("temperature", "metadata", "type") == "int")
      #expect(twin.at("ratio", "actual", "value") == "-1.5e-07")
      #expect(twin.at("newint", "expected") == nil)
      #expect(twin.at("newint", "optional") == true)
      let stored = try await edge.meta.write { try #require($0.twin(DeviceID(name: "dev1"))) }
      #expect(stored.state == "offline")
      #expect(stored.description == "test device")
      #expect(stored.properties["temperature"]?.expectedVersion == TwinVersion(cloud: 100, edge: 3))
      #expect(stored.properties["temperature"]?.actualVersion == TwinVersion(cloud: 0, edge: 9))
      if version == "1.9.2" {
        #expect(stored.deleted.keys.sorted() == ["cloudnew", "ghost"])
        #expect(stored.deleted["ghost"]?.expectedVersion == TwinVersion(cloud: 500, edge: 0))
        var local = Calendar(identifier: .gregorian)
        local.timeZone = .current
        let lastOnline = try #require(local.date(from: DateComponents(year: 2026, month: 11, day: 23, hour: 5, minute: 20, second: 26)))
        #expect(stored.lastOnline == Int64(lastOnline.timeIntervalSince1970) * 1_000)
      }
    }
    #expect(state.log.lines.count { $0.contains("KubeEdge") } == 1)
    #expect(state.log.says("notice KubeEdge's database is taken over", "twins=1", "properties=8", "topics=1"), "\(state.log.lines)")
    #expect(try state.sql { try String.fetchAll($0, sql: "SELECT topic FROM sub_topic") } == ["my/app/topic2"])
  }

  @Test("Devices and models come through the same door as kubectl's; what doesn't pass is named")
  func objects() async throws {
    let state = try StateFiles()
    try state.run("edgecore-1.23", on: Self.file)
    var model = Samples.model
    model["metadata"] = ["name": "boiler-model", "namespace": "default", "uid": "u-1", "creationTimestamp": .null, "resourceVersion": "77"]
    var device = Samples.device("dev1", target: "40")
    device["metadata"]?["namespace"] = "default"
    device["status"] = [:]
    var bad = Samples.device("bad")
    bad["spec"]?["properties"] = "none"
    var old = Samples.articleDevice
    old["apiVersion"] = nil
    for (key, type, value) in [
      ("default/devicemodel/boiler-model", "devicemodel", model), ("default/device/dev1", "device", device),
      ("default/device/bad", "device", bad), ("default/device/temperature", "device", old), ("default/pod/p", "pod", [:]),
    ] as [(String, String, JSONValue)] {
      try Self.change(state, "INSERT INTO meta VALUES (?, ?, ?)", [key, type, value.text])
    }
    try Self.change(
      state, "INSERT INTO device_attr VALUES (1, 'default/dev1', 'place', '', 'hall 2', 1, 'string', '{}')")
    try Self.change(state, "INSERT INTO meta VALUES ('default/device/broken', 'device', '{\"kind\"')")
    try Self.change(
      state,
      "INSERT INTO meta_v2 VALUES ('/devices.kubeedge.io/v1beta1/devices/plant/pump', 'devices.kubeedge.io/v1beta1, Resource=devices', 'plant', 'pump', 5, ?)",
      [Samples.device("pump").text])
    try Self.change(state, "UPDATE device_twin SET name = 'target' WHERE name = 'temperature'")
    try await Self.start(state) { edge in
      #expect(await edge.deviceNames.sorted() == ["dev1", "pump", "temperature"])
      let served = try #require(await edge.meta.object(ObjectKey(kind: .device, namespace: "default", name: "dev1")))
      let target = try #require(served.twin?.properties["target"])
      #expect(target.type == "float")
      #expect(target.actual?.value == "40")
      // The same wish: it was made when KubeEdge got it, not now.
      #expect(target.expected == TwinValue("40", timestamp: 1_795_411_159_063))
      #expect(served.twin?.properties.keys.sorted() == ["target", "temperature"])
      #expect(served.twin?.isModelFound == true)
      #expect(served.twin?.attributes == ["place": DeviceAttribute("hall 2", optional: true, type: "string")])
      let patched = try await edge.call("PATCH", Samples.devices + "/dev1", ["metadata": ["labels": ["a": "b"]]])
      #expect(patched.code == 200)
    }
    #expect(state.log.says("models=1", "devices=3", "default/device/broken", "\"default/bad\"", "its model has no"), "\(state.log.lines)")
  }

  @Test("It is done once: what KubeEdge does later is its own, and what is here already stays")
  func once() async throws {
    let state = try StateFiles()
    try state.run("edgecore-1.23", on: Self.file)
    try await Self.start(state)
    try Self.change(state, "UPDATE device_twin SET actual = '41' WHERE name = 'temperature'")
    try await Self.start(state) { edge in try await Self.expectTemperature("40", edge) }
    #expect(state.log.lines.count { $0.contains("KubeEdge") } == 1)

    let other = try StateFiles()
    try await other.open { edge in
      _ = try await edge.call("POST", Samples.devices, Samples.device("dev1"))
      _ = try await edge.receive(Samples.topic("dev1", .twinUpdate), #"{"twin":{"temperature":{"actual":{"value":"1"}}}}"#)
    }
    try other.run("edgecore-1.23", on: Self.file)
    try await Self.start(other) { edge in try await Self.expectTemperature("1", edge) }
    #expect(other.log.says("known_already=1", "twins=0"), "\(other.log.lines)")
  }

  @Test("The file isn't touched, and nothing is made beside it, also while KubeEdge writes it", arguments: ["delete", "wal"])
  func untouched(journal: String) async throws {
    let state = try StateFiles()
    try state.run("edgecore-1.23", on: Self.file)
    let path = state.folder.path(Self.file)
    var configuration = GRDB.Configuration()
    configuration.allowsUnsafeTransactions = true
    let kubeEdge = try DatabaseQueue(path: path, configuration: configuration)
    try await kubeEdge.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA journal_mode = \(journal)")
      try database.execute(sql: "UPDATE device_twin SET actual = '42' WHERE name = 'temperature'")
      // A transaction under way, of which pages are in the file already.
      try database.execute(sql: "PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE device_twin SET actual = '43' WHERE name = 'temperature'")
      try database.execute(
        sql: """
          INSERT INTO sub_topics WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
            SELECT printf('%300d', i) FROM n
          """)
    }
    let names = state.names
    let before = try FileManager.default.attributesOfItem(atPath: path)
    let bytes = try state.bytes(Self.file)
    try await Self.start(state) { edge in try await Self.expectTemperature("42", edge) }
    let after = try FileManager.default.attributesOfItem(atPath: path)
    #expect(try state.bytes(Self.file) == bytes)
    #expect(before[.modificationDate] as? Date == after[.modificationDate] as? Date)
    #expect(state.names.filter { !$0.hasPrefix("swiftlet.db") } == names.filter { !$0.hasPrefix("swiftlet.db") })
    #expect(!state.names.contains("swiftlet.db.import"))
    #expect(state.log.says("topics=1"), "\(state.log.lines)")
    try await kubeEdge.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
    try kubeEdge.close()
  }

  @Test(
    "A file that can't be used costs a warning, and nothing else",
    arguments: [("SQLite format 3\0 and then nothing", "can't read it"), ("", "no tables of KubeEdge"), ("hello", "can't read it")])
  func useless(content: String, reason: String) async throws {
    let state = try StateFiles()
    try state.write(Array(content.utf8), to: Self.file)
    try await Self.start(state) { edge in #expect(await edge.deviceNames == []) }
    #expect(state.log.complaints.count == 1)
    #expect(state.log.says("warning KubeEdge's database can't be taken over", reason), "\(state.log.lines)")
  }
}
