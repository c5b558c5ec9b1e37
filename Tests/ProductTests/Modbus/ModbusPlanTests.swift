import Foundation
import JSON
import TestSupport
import Testing

@Suite("modbus-mapper plan")
struct ModbusPlanTests {
  private static let folder = Executables.repositoryRoot + "/Tests/ProductTests/plans"

  private func plan(_ arguments: String...) async throws -> TestProcess.Result {
    try await TestProcess.run(try Executables.path(of: "modbus-mapper"), ["plan"] + arguments, workingDirectory: Self.folder)
  }

  @Test(
    "The requests of a layout, the load and what can't be met are those that are expected",
    arguments: [
      ("contiguous", 0), ("every-second", 0), ("islands", 0), ("mixed-types", 0), ("mixed-cycles", 0), ("overloaded-line", 1), ("wrong", 1),
      ("conflict", 1),
    ] as [(String, Int32)])
  func layouts(name: String, code: Int32) async throws {
    let result = try await plan("\(name).yaml")
    let expected = try String(contentsOfFile: "\(Self.folder)/\(name).txt", encoding: .utf8)
    #expect(result.stderr + result.stdout == expected)
    #expect(result.exit == .code(code))
  }

  @Test("JSON says what doesn't fit, and by how much")
  func json() async throws {
    let result = try await plan("overloaded-line.yaml", "-o", "json")
    #expect(result.exit == .code(1))
    let bus = try #require(try JSONValue(parsing: result.stdout)["buses"]?[0])
    #expect(bus["name"] == "/dev/ttyUSB0")
    #expect(bus["units"] == 4)
    #expect(bus["isMet"] == false)
    #expect((bus["load"]?.number?.double ?? 0) > 4)
    #expect((bus["stretch"]?.number?.double ?? 0) > 4)
    #expect(bus["shortfalls"]?.array?.count == 80)
    #expect(bus["shortfalls"]?[0]?["property"] == "default/meter-1/v0")
    #expect(bus["shortfalls"]?[0]?["askedForEveryMilliseconds"] == 100)
    let wrong = try JSONValue(parsing: try await plan("wrong.yaml", "-o", "json").stdout)
    #expect(wrong["problems"]?.array?.count == 3)
    #expect(wrong["problems"]?[2]?["line"] == 30)
  }

  @Test("Slow units make a line fuller; a file that isn't there, or has nothing of Modbus, is a failure")
  func others() async throws {
    func load(_ arguments: String...) async throws -> Double {
      let result = try await TestProcess.run(
        try Executables.path(of: "modbus-mapper"), ["plan", "islands.yaml", "-o", "json"] + arguments, workingDirectory: Self.folder)
      return try JSONValue(parsing: result.stdout)["buses"]?[0]?["load"]?.number?.double ?? 0
    }
    #expect(try await load() == 0.03)
    #expect(try await load("--turnaround", "50") == 0.15)
    let missing = try await plan("nothing.yaml")
    #expect(missing.exit == .code(1))
    #expect(missing.stderr == "nothing.yaml: can't be read: No such file or directory\n")
    let other = try await plan(Executables.repositoryRoot + "/models/temperature")
    #expect(other.exit == .code(1))
    #expect(other.stderr.contains("there is no modbus device"))
  }

  @Test("Every model and example that is shipped can be met")
  func shipped() async throws {
    let models = Executables.repositoryRoot + "/models/modbus"
    for name in try FileManager.default.contentsOfDirectory(atPath: models).sorted() where !name.contains(".") {
      for example in ["device-tcp.yaml", "device-rtu.yaml", "device.yaml"] {
        guard FileManager.default.fileExists(atPath: "\(models)/\(name)/\(example)") else { continue }
        let result = try await plan("\(models)/\(name)/device-model.yaml", "\(models)/\(name)/\(example)")
        #expect(result.exit == .code(0), "\(name)/\(example)\n\(result.stderr)\(result.stdout)")
      }
    }
  }

  private static let model = """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: DeviceModel
    metadata:
      name: pump
    spec:
      protocol: modbus
      properties:
        - name: speed
          type: INT
          accessMode: ReadOnly
          visitors:
            protocolName: modbus
            configData: {register: HoldingRegister, offset: 70000, limit: 1}
        - name: pressure
          type: FLOAT
          accessMode: ReadOnly
          visitors:
            protocolName: modbus
            configData:
              register: InputRegister
              dataType: float32
              scael: 2
    """

  private static func device(_ name: String, unit: Int, properties: String = "") -> String {
    """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: Device
    metadata:
      name: \(name)
    spec:
      deviceModelRef: {name: pump}
      protocol:
        protocolName: modbus
        configData: {communicateMode: TCP, ip: 192.0.2.1, port: 502, slaveID: \(unit)}
    \(properties)
    """
  }

  private func plan(_ files: [(name: String, text: String)]) async throws -> TestProcess.Result {
    let folder = try TestFolder("plan")
    for file in files { try folder.write(file.name, file.text) }
    return try await TestProcess.run(
      try Executables.path(of: "modbus-mapper"), ["plan"] + files.map(\.name), workingDirectory: folder.path)
  }

  @Test("What is wrong with a model is told once, at its place in the model; what a Device says instead, at the Device's")
  func mistakesInModels() async throws {
    let devices = (1...3).map { (name: "\($0).yaml", text: Self.device("pump-\($0)", unit: $0)) }
    let result = try await plan([("model.yaml", Self.model)] + devices)
    #expect(result.exit == .code(1))
    let expected = [
      "warning: model.yaml:22:11: spec.properties[1].visitors.configData.scael: is not known to the driver, did you mean scale?",
      "model.yaml:13:49: spec.properties[0].visitors.configData.offset: expected an integer from 0 to 65535, found 70000",
      "model.yaml:19:9: spec.properties[1].visitors.configData: offset: is missing",
    ]
    let lines = result.stderr.split(separator: "\n")
    #expect(lines.count == expected.count, "\(result.stderr)")
    for (line, start) in zip(lines, expected) { #expect(line.hasPrefix(start)) }
    let own = """
        properties:
          - name: speed
            visitors: {protocolName: modbus, configData: {offset: 70001}}
          - name: pressure
            visitors: {protocolName: modbus, configData: {offset: 7}}
      """
    let overriding = try await plan([
      ("model.yaml", Self.model.replacing("scael: 2", with: "scale: 2")), ("own.yaml", Self.device("pump", unit: 1, properties: own)),
    ])
    #expect(overriding.stderr.split(separator: "\n").count == 1, "\(overriding.stderr)")
    #expect(overriding.stderr.hasPrefix("own.yaml:12:53: spec.properties[0].visitors.configData.offset: "), "\(overriding.stderr)")
    #expect(overriding.stdout.contains("default/pump: pressure\n"), "\(overriding.stdout)")
  }

  @Test("A Device without properties is a mistake that is told")
  func noProperties() async throws {
    let start = try #require(Self.model.firstRange(of: "  properties:"))
    let empty = String(Self.model[..<start.lowerBound])
    let result = try await plan([("model.yaml", empty), ("device.yaml", Self.device("pump", unit: 1))])
    #expect(result.exit == .code(1))
    #expect(
      result.stderr.hasSuffix(
        "model.yaml:5:1: spec.properties: there are none, so there is nothing to read or write of the Device default/pump\n"),
      "\(result.stderr)")
    #expect(result.stdout == "tcp://192.0.2.1:502: 1 unit, 0 properties, 0 requests, load 0 %\nNothing on it is polled.\n")
  }

  @Test("A request says for which devices and properties it is, in few words")
  func served() async throws {
    func property(_ number: Int) -> String {
      """
          - name: r\(number)
            type: INT
            accessMode: ReadOnly
            visitors: {protocolName: modbus, configData: {register: HoldingRegister, offset: \(number), limit: 1}}

      """
    }
    let start = try #require(Self.model.firstRange(of: "  properties:"))
    let model = Self.model[..<start.lowerBound] + "  properties:\n" + (0..<6).map(property).joined()
    func cycles(_ cycle: Int) -> String { "  properties:\n" + (0..<6).map { "    - {name: r\($0), collectCycle: \(cycle)}\n" }.joined() }
    let devices = (1...4).map { (name: "\($0).yaml", text: Self.device("pump-\($0)", unit: 1, properties: cycles(500 * $0))) }
    let result = try await plan([("model.yaml", String(model))] + devices)
    #expect(result.exit == .code(0), "\(result.stderr)")
    let rows = result.stdout.split(separator: "\n").dropFirst(2)
    #expect(
      rows.first == "  FC3 unit 1 holding registers 0-5 (6)   500 ms               10 ms   default/pump-1: r0, r1, r2 and 3 more",
      "\(result.stdout)")
    let last = ["500 to 2000 ms", "default/pump-1: r0, r1, r2 and 3 more; default/pump-2: r0, r1, r2 and 3 more; and 2 more devices"]
    #expect(last.allSatisfy { rows.last?.contains($0) == true }, "\(result.stdout)")
  }
}
