import APIClient
import TestSupport

/// An edgecore with a broker and a state of its own.
final class Edge {
  /// A model and a device of it.
  static let model = """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: DeviceModel
    metadata: {name: thermometer}
    spec:
      protocol: temperature
      properties:
        - {name: value, type: FLOAT, accessMode: ReadOnly}
        - {name: target, type: FLOAT, accessMode: ReadWrite}
    """
  static let device = """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: Device
    metadata: {name: hall, labels: {floor: "1"}}
    spec:
      deviceModelRef: {name: thermometer}
      nodeName: edge-1
      properties:
        - {name: value}
        - {name: target}
    """

  let folder: TestFolder
  let server: String
  let arguments: [String]
  var process: TestProcess
  let broker: TestBroker

  init() async throws {
    folder = try TestFolder("edgectl")
    broker = try await TestBroker()
    let address = "127.0.0.1:\(freePort())"
    server = "http://\(address)"
    arguments = [
      "--data-source", folder.path("swiftlet.db"), "--meta-server", address, "--mqtt-server-external", broker.url,
      "--hostname-override", "edge-1",
    ]
    process = try await TestProcess(Executables.path(of: "edgecore"), arguments)
    try await ready()
  }

  func ready() async throws {
    let client = try APIClient(server: server)
    try await eventually("edgecore is ready") {
      guard process.isRunning else { throw TestSupportError(process.report) }
      return try await client.request("GET", "/readyz").status == 200
    }
  }

  func restart() async throws {
    try await process.kill()
    process = try await TestProcess(Executables.path(of: "edgecore"), arguments)
  }

  func edgectl(
    _ arguments: String..., input: String? = nil, environment: [String: String] = [:]
  ) async throws -> TestProcess.Result {
    let file = try input.map { try folder.write("input-\(Int.random(in: 0..<Int.max))", $0) }
    return try await TestProcess.run(
      Executables.path(of: "edgectl"), arguments, environment: environment.merging(["EDGECTL_SERVER": server]) { $1 },
      standardInput: file ?? "/dev/null")
  }
}

extension String {
  /// The text with the first of these parts replaced.
  func replacingOnce(_ old: String, _ new: String) -> String {
    guard let range = firstRange(of: old) else { return self }
    return self[..<range.lowerBound] + new + self[range.upperBound...]
  }
}
