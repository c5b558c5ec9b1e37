import JSON
import MapperRuntime
import ModbusDriver
import ModbusSimulator
import TestSupport
import Testing
import TwinProtocol

/// A Modbus mapper with a broker, an edge core, simulated slaves, and a file of devices.
struct ModbusRig: Sendable {
  let folder: TestFolder
  let edge: FakeEdge
  let log: LogLines

  /// Runs a mapper while the body runs.
  static func run(
    _ devices: (TestFolder) throws -> String, isReadOnly: Bool = false, _ body: @Sendable @escaping (ModbusRig) async throws -> Void
  ) async throws {
    let folder = try TestFolder("modbus")
    let broker = try await TestBroker()
    let edge = try FakeEdge(broker)
    try await edge.appear("first")
    let path = try folder.write("devices.yaml", try devices(folder))
    let log = LogLines()
    let configuration = MapperConfiguration(
      name: "m", node: "n", apiServer: "http://127.0.0.1:1", mqttServer: broker.url, deviceSource: .files(path: path))
    let runtime = try MapperRuntime(
      driver: ModbusDriver(isReadOnly: isReadOnly), configuration: configuration, logger: log.logger)
    let rig = ModbusRig(folder: folder, edge: edge, log: log)
    try await runMapper(runtime, beside: { await edge.run() }, logger: log.logger, log: log) { _ in try await body(rig) }
  }

  /// Replaces the file of devices.
  func describe(_ text: String) throws { _ = try folder.write("devices.yaml", text) }

  /// Waits until a line was logged that contains a text.
  @discardableResult
  func logged(_ text: String) async throws -> String {
    try await log.line(with: text)
  }

  /// The last value told of a property that is good.
  func value(_ property: String, of device: String) -> String? {
    edge.values(property, of: device).compactMap(\.actual).last { $0.quality == nil }?.value
  }

  /// Waits until a property is told to have a value.
  func told(_ property: String, of device: String, _ value: String) async throws {
    try await eventually("\(property) of \(device) is \(value)") { self.value(property, of: device) == value }
  }
}

/// Devices as text, one model each.
enum ModbusYAML {
  /// A device whose properties are given as name and visitor.
  static func device(
    _ name: String, _ config: JSONValue, _ properties: [(name: String, type: String, visitor: JSONValue)], cycle: Int = 100,
    access: String = "ReadWrite"
  ) -> String {
    let model: JSONValue = [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "DeviceModel", "metadata": ["name": .string("\(name)-model")],
      "spec": [
        "protocol": "modbus",
        "properties": .array(
          properties.map {
            [
              "name": .string($0.name), "type": .string($0.type), "accessMode": .string(access),
              "visitors": ["protocolName": "modbus", "configData": $0.visitor],
            ]
          }),
      ],
    ]
    let device: JSONValue = [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "metadata": ["name": .string(name)],
      "spec": [
        "deviceModelRef": ["name": .string("\(name)-model")], "protocol": ["protocolName": "modbus", "configData": config],
        "properties": .array(properties.map { ["name": .string($0.name), "collectCycle": JSONValue(Int64(cycle))] }),
      ],
    ]
    return "---\n\(model.text)\n---\n\(device.text)\n"
  }

  /// Registers one after the other, named `r0`, `r1` and so on.
  static func registers(_ addresses: some Sequence<Int>) -> [(name: String, type: String, visitor: JSONValue)] {
    addresses.map {
      ("r\($0)", "INT", ["register": "HoldingRegister", "offset": JSONValue(Int64($0)), "limit": 1])
    }
  }

  static func tcp(_ port: Int, host: String = "127.0.0.1", unit: Int = 1, _ more: JSONObject = [:]) -> JSONValue {
    var config: JSONObject = [
      "communicateMode": "TCP", "ip": .string(host), "port": JSONValue(Int64(port)), "slaveID": JSONValue(Int64(unit)),
      "timeout": 500,
    ]
    for (key, value) in more { config[key] = value }
    return .object(config)
  }

  static func rtu(_ path: String, unit: Int = 1, _ more: JSONObject = [:]) -> JSONValue {
    var config: JSONObject = [
      "communicateMode": "RTU", "serialPort": .string(path), "baudRate": 115200, "parity": "none", "slaveID": JSONValue(Int64(unit)),
      "timeout": 200,
    ]
    for (key, value) in more { config[key] = value }
    return .object(config)
  }
}
