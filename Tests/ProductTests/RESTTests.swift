import JSON
import TestSupport
import Testing

@Suite("A mapper's REST API, health and metrics", .serialized)
struct RESTTests {
  private static func get(_ edge: Installation, _ path: String, _ arguments: String...) async throws -> (status: Int, text: String) {
    let result = try await TestProcess.run(
      "curl", ["--silent", "--max-time", "20", "--write-out", "\n%{http_code}"] + arguments + ["http://127.0.0.1:\(edge.restPort)\(path)"])
    let lines = result.stdout.split(separator: "\n", omittingEmptySubsequences: false)
    return (lines.last.flatMap { Int($0) } ?? 0, lines.dropLast().joined(separator: "\n"))
  }

  @Test("It is alive without edgecore, ready with it, and not ready when the broker goes")
  func health() async throws {
    let edge = try Installation()
    let mapper = try await edge.startMapper()
    try await eventually("alive") { try await Self.get(edge, "/livez").status == 200 }
    let before = try await Self.get(edge, "/readyz")
    #expect(before.status == 503)
    #expect(before.text.contains("[-]broker failed"), "\(before.text)")
    let core = try await edge.startEdgeCore()
    try await eventually("ready") { try await Self.get(edge, "/readyz?verbose").text.contains("[+]specs ok") }
    try await eventually("ready") { try await Self.get(edge, "/readyz").status == 200 }
    core.send(15)
    core.waitForEnd()
    try await eventually("not ready") { try await Self.get(edge, "/readyz").status == 503 }
    let metrics = try await Self.get(edge, "/metrics")
    #expect(metrics.text.contains("# TYPE process_resident_memory_bytes gauge\n"))
    #expect(metrics.text.contains("mapper_ready 0\n"), "\(metrics.text)")
    #expect(try JSONValue(parsing: try await Self.get(edge, "/api/v1/ping").text)["statusCode"] == 200)
    mapper.send(15)
    mapper.waitForEnd()
  }

  @Test("A second mapper on the same port ends with an error before anybody notices it")
  func takenPort() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let first = try await edge.startMapper()
    try await eventually("ready") { try await Self.get(edge, "/readyz").status == 200 }
    let second = try await edge.startMapper()
    second.waitForEnd()
    #expect(second.stderr.contains("cannot serve the REST API on http://127.0.0.1:\(edge.restPort): address already in use"))
    #expect(!second.stderr.contains("connected to the broker"))
    #expect(try await Self.get(edge, "/readyz").status == 200)
    _ = (core, first)
  }
}
