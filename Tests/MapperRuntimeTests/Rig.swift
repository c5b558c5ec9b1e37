import JSON
import Logging
import MapperRuntime
import ServiceLifecycle
import TestSupport
import Testing

/// A mapper with everything around it.
struct Rig: Sendable {
  let broker: TestBroker
  let edge: FakeEdge
  let api: FakeAPI
  let driver: FakeDriver
  let group: ServiceGroup

  /// Runs a mapper while the body runs, and shuts it down after.
  static func run(
    ours: Bool = true, httpPort: Int? = nil, isReadOnly: Bool = false, log: LogLines? = nil,
    _ prepare: (FakeAPI, FakeDriver) -> Void = { _, _ in },
    _ body: @Sendable @escaping (Rig) async throws -> Void
  ) async throws {
    let broker = try await TestBroker()
    let edge = try FakeEdge(broker)
    if ours { try await edge.appear("first") }
    let api = try FakeAPI()
    let driver = FakeDriver()
    prepare(api, driver)
    var logger = log?.logger ?? Logger(label: "mapper") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = log == nil ? .critical : .debug
    let runtime = try MapperRuntime(
      driver: driver,
      configuration: MapperConfiguration(
        name: "m", node: "n", apiServer: api.url, mqttServer: broker.url, httpPort: httpPort, isReadOnly: isReadOnly),
      logger: logger, clock: driver.plant.clock)
    try await runMapper(runtime, beside: { await edge.run() }, logger: logger, log: log) { group in
      try await body(Rig(broker: broker, edge: edge, api: api, driver: driver, group: group))
    }
    #expect(driver.plant.open == [], "no connection is left open")
  }

  /// Tells the mapper to end.
  func end() async { await group.triggerGracefulShutdown() }

  static func device(
    _ name: String = "d", bus: String = "bus", cycle: Int64 = 20, properties: [String] = ["t", "u"], unit: JSONValue = 1
  ) -> JSONValue {
    [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "metadata": ["name": .string(name), "namespace": "default"],
      "spec": [
        "nodeName": "n", "deviceModelRef": ["name": "m"],
        "protocol": ["protocolName": "fake", "configData": ["bus": .string(bus), "unit": unit]],
        "properties": .array(
          properties.map {
            [
              "name": .string($0), "collectCycle": JSONValue(cycle),
              "visitors": ["protocolName": "fake", "configData": ["register": .string($0)]],
            ]
          }),
      ],
    ]
  }

  static let model: JSONValue = [
    "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "DeviceModel", "metadata": ["name": "m", "namespace": "default"],
    "spec": [
      "properties": [
        ["name": "t", "type": "INT", "accessMode": "ReadWrite", "minimum": "0", "maximum": "100"],
        ["name": "u", "type": "STRING", "accessMode": "ReadOnly"],
      ]
    ],
  ]
}
