import Foundation
import TestSupport
import Testing

@Suite("Many Modbus connections", .timeLimit(.minutes(3)))
struct ManyConnectionsTests {
  @Test("Two hundred devices at two hundred addresses are all served by one mapper, and it ends at once when it is told to")
  func twoHundred() async throws {
    let folder = try TestFolder("many")
    let broker = try await TestBroker()
    let port = freePort()
    var text = """
      apiVersion: devices.kubeedge.io/v1beta1
      kind: DeviceModel
      metadata: {name: model}
      spec:
        protocol: modbus
        properties:
          - {name: r, type: INT, accessMode: ReadOnly, visitors: {protocolName: modbus, configData: {register: HoldingRegister, offset: 0, limit: 1}}}

      """
    for number in 1...200 {
      text += """
        ---
        apiVersion: devices.kubeedge.io/v1beta1
        kind: Device
        metadata: {name: d\(number)}
        spec:
          deviceModelRef: {name: model}
          protocol: {protocolName: modbus, configData: {ip: 127.0.0.\(number), port: \(port)}}

        """
    }
    let path = try folder.write("devices.yaml", text)
    let program = try Executables.path(of: "modbus-mapper")
    let slave = try await TestProcess(program, ["simulate", path, "--bus", "tcp://127.0.0.1:\(port)", "--listen", "0.0.0.0:\(port)"])
    let mapper = try await TestProcess(
      program,
      [
        "--device-source", path, "--mqtt-server", broker.url, "--api-server", "http://127.0.0.1:1", "--http-port", "off",
        "--state-directory", folder.path("state"),
      ])
    try await eventually("all are online", within: .seconds(90)) {
      mapper.stderr.split(separator: "\n").count { $0.hasSuffix("online") } >= 200
    }
    #expect(try await mapper.stop() == .code(0))
    _ = try await slave.stop()
  }
}
