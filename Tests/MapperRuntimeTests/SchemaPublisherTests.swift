import DeviceAPI
import JSON
import Logging
import MapperRuntime
import MapperSDK
import ModbusDriver
import TestSupport
import Testing

@Suite("A driver's schema at the API")
struct SchemaPublisherTests {
  private static let document = ModbusDriver.schema.document(protocolName: ModbusDriver.protocolName)

  /// Runs a publisher against an API while the body runs.
  private static func run(_ api: FakeAPI, _ lines: LogLines = LogLines(), _ body: @escaping @Sendable () async throws -> Void) async throws
  {
    let publisher = try SchemaPublisher(server: api.url, document: document, logger: lines.logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await publisher.run() }
      defer { group.cancelAll() }
      try await body()
    }
  }

  @Test("It is made where there is none, left alone where it says the same, and changed where it doesn't")
  func publish() async throws {
    let api = try FakeAPI()
    try await Self.run(api) { try await eventually("the ConfigMap") { api.configMaps.count == 1 } }
    let published = try #require(api.configMaps["modbus-driver-schema"])
    #expect(published == Self.document.configMap())
    #expect(try DriverSchemaDocument(configMap: published) == Self.document)
    #expect(api.configMapRequests == ["GET", "POST"])

    try await Self.run(api) { try await eventually("a look") { api.configMapRequests.count == 3 } }
    var other = published
    other["data"] = [.init(DriverSchemaDocument.dataKey): "{}"]
    other["metadata"]?["annotations"] = ["kept": "yes"]
    api.put(configMap: other)
    try await Self.run(api) {
      try await eventually("the change") { api.configMaps["modbus-driver-schema"]?["data"] == published["data"] }
    }
    #expect(api.configMapRequests == ["GET", "POST", "GET", "GET", "PATCH"])
    #expect(api.configMaps["modbus-driver-schema"]?.at("metadata", "annotations") == ["kept": "yes"])
  }

  @Test("An API that is busy is asked again; one that keeps no ConfigMaps isn't, and costs one line", arguments: [404, 403])
  func refusal(status: Int) async throws {
    let api = try FakeAPI()
    api.refuseConfigMaps(503)
    try await Self.run(api) {
      try await eventually("a try") { !api.configMapRequests.isEmpty }
      api.refuseConfigMaps(nil)
      try await eventually("the ConfigMap") { api.configMaps.count == 1 }
    }
    let lines = LogLines()
    let without = try FakeAPI()
    without.refuseConfigMaps(status)
    try await Self.run(without, lines) {
      try await eventually("the line") { lines.lines.count(where: { $0.contains("doesn't keep the driver's schema") }) == 1 }
    }
    #expect(without.configMapRequests.last == (status == 404 ? "POST" : "GET"))
    #expect(lines.lines.count == 1)
  }
}
