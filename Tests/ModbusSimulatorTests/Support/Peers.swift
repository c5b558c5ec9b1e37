import JSON
import TestSupport
import Testing

/// The clients of others that the simulator has to get along with.
enum Peers {
  /// Lets pymodbus' client make calls, and returns what each brought; writes a wire recording if told where.
  static func pymodbus(
    _ mode: String, _ target: String, _ calls: [(String, JSONValue)], recording: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> [JSONValue] {
    let script = "\(Executables.repositoryRoot)/Tests/ModbusSimulatorTests/Clients/client.py"
    let text = JSONValue.array(calls.map { .array([.string($0.0), $0.1]) }).text
    let result = try await TestProcess.run(try Executables.python(), [script, mode, target, text] + (recording.map { [$0] } ?? []))
    try #require(result.exit == .code(0), "\(result.stdout)\(result.stderr)", sourceLocation: sourceLocation)
    return try result.stdout.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  /// Runs mbpoll, a client on libmodbus, once; returns what it printed.
  static func mbpoll(_ arguments: [String]) async throws -> (isSuccess: Bool, text: String) {
    let result = try await TestProcess.run("mbpoll", ["-1", "-0", "-o", "10"] + arguments)
    return (result.exit == .code(0), result.stdout + result.stderr)
  }
}
