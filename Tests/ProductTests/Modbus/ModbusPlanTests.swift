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
}
