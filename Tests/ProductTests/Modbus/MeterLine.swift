import Foundation
import TestSupport

/// models/modbus/simulated-meter, served by `modbus-mapper simulate` over TCP or on a pseudo-terminal.
final class MeterLine: Sendable {
  enum Kind: Sendable, CaseIterable { case tcp, line }

  let kind: Kind
  let folder: TestFolder
  let port = freePort()
  /// The folder with the meter's Device and DeviceModel.
  let devices: String
  let mapper: String

  static let models = Executables.repositoryRoot + "/models/modbus/simulated-meter"

  init(_ kind: Kind, desiring desired: String? = nil) throws {
    self.kind = kind
    folder = try TestFolder("modbus")
    devices = folder.path("devices")
    mapper = try Executables.path(of: "modbus-mapper")
    try folder.write("devices/device-model.yaml", Self.file("device-model.yaml"))
    let address = "communicateMode: TCP\n      ip: 127.0.0.1\n      port: 1502\n"
    let own =
      switch kind {
      case .tcp: address.replacing("1502", with: "\(port)")
      case .line: "communicateMode: RTU\n      serialPort: \(folder.path("line"))\n"
      }
    var device = try Self.file("device.yaml")
    guard device.contains(address) else { throw TestSupportError("the meter's address isn't\n\(address)") }
    device = device.replacing(address, with: own)
    if let desired { device += "  properties:\n    - name: setpoint\n      desired:\n        value: '\(desired)'\n" }
    try folder.write("devices/device.yaml", device)
  }

  private static func file(_ name: String) throws -> String { try String(contentsOfFile: "\(models)/\(name)", encoding: .utf8) }

  /// The options of `simulate` and `replay` that say where.
  var place: [String] {
    switch kind {
    case .tcp: ["--listen", "127.0.0.1:\(port)"]
    case .line: ["--pty", folder.path("line")]
    }
  }

  /// The options of `scan` that say where.
  var bus: [String] {
    switch kind {
    case .tcp: ["--tcp", "127.0.0.1:\(port)"]
    case .line: ["--serial", folder.path("line")]
    }
  }

  func start(_ arguments: String..., until line: String) async throws -> TestProcess {
    let process = try await TestProcess(mapper, arguments + place)
    try await process.line(containing: line)
    return process
  }

  func simulate() async throws -> TestProcess { try await start("simulate", devices, until: "9 properties") }

  func run(_ arguments: String...) async throws -> TestProcess.Result { try await TestProcess.run(mapper, arguments) }

  func run(_ arguments: [String]) async throws -> TestProcess.Result { try await TestProcess.run(mapper, arguments) }

  /// Reads properties; the table's rows by property.
  func read(_ properties: String...) async throws -> [String: [Substring]] {
    let result = try await run(["read", "-f", devices, "demo-meter"] + properties)
    guard result.exit == .code(0) else { throw TestSupportError(result.stdout + result.stderr) }
    return Dictionary(
      result.stdout.split(separator: "\n").dropFirst().map { line in
        let cells = line.split(separator: " ")
        return (String(cells[0]), Array(cells.dropFirst()))
      }
    ) { first, _ in first }
  }
}
