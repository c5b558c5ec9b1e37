import APIClient
import Glibc
import JSON
import MQTTClient
import TestSupport
import YAML

/// An edgecore with its broker, in a folder and on ports of their own, to be killed.
struct KillNode: Sendable {
  static let name = "edge-node-1"

  let folder: TestFolder
  let apiPort: Int
  let mqttPort: Int
  private let client: APIClient

  init() throws {
    folder = try TestFolder("kills")
    apiPort = freePort()
    mqttPort = freePort()
    client = try APIClient(server: "http://127.0.0.1:\(apiPort)")
  }

  var database: String { folder.path("state/swiftlet.db") }

  /// Starts edgecore, without waiting for it.
  func start() async throws -> TestProcess {
    // In a session of its own: Ctrl-C at the terminal ends the kills, not what has to be checked then.
    try await TestProcess(
      "setsid",
      [
        try Executables.path(of: "edgecore"), "--hostname-override", Self.name, "--meta-server", "127.0.0.1:\(apiPort)",
        "--mqtt-server-external",
        "tcp://127.0.0.1:\(mqttPort)", "--data-source", database,
      ])
  }

  /// Waits until everything in edgecore works.
  func ready(_ process: TestProcess) async throws {
    try await eventually("edgecore ready", every: .milliseconds(10)) {
      guard process.isRunning else { throw TestSupportError(process.report) }
      return try await client.request("GET", "/readyz").status == 200
    }
  }

  /// How a client that may do what mappers do reaches the broker.
  func mqtt(_ clientID: String) throws -> MQTTConfiguration {
    var configuration = MQTTConfiguration(host: "127.0.0.1", port: UInt16(mqttPort), clientID: clientID)
    configuration.reconnectDelayMaximum = .milliseconds(200)
    let file = "state/mqtt/mapper.yaml"
    let login = try YAMLDocument.parseAll(Array(folder.read(file).utf8), file: file).first?.value
    configuration.username = login?["username"]?.string
    configuration.password = login?["password"]?.string
    return configuration
  }

  /// The broker that edgecore started.
  var broker: Int32? {
    guard let text = try? folder.read("state/mosquitto/mosquitto.pid") else { return nil }
    return Int32(text.prefix { $0.isNumber })
  }

  /// Makes a model, and that many devices of it.
  func apply(devices: Int, properties: Int) async throws {
    let names = (0..<properties).map { "p\($0)" }
    try await client.create(
      "/apis/devices.kubeedge.io/v1beta1/namespaces/default/devicemodels",
      [
        "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "DeviceModel", "metadata": ["name": "counters"],
        "spec": ["properties": .array(names.map { ["name": .string($0), "type": "INT", "accessMode": "ReadOnly"] })],
      ])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<8 {
        group.addTask {
          for device in stride(from: worker, to: devices, by: 8) {
            try await client.create(
              "/apis/devices.kubeedge.io/v1beta1/namespaces/default/devices",
              [
                "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "metadata": ["name": .string(TwinLoad.name(device))],
                "spec": [
                  "deviceModelRef": ["name": "counters"], "nodeName": .string(Self.name),
                  "properties": .array(names.map { ["name": .string($0)] }),
                ],
              ])
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
