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
    let lines = metrics.text.split(separator: "\n")
    for (before, line) in zip(lines, lines.dropFirst()) where line.hasPrefix("# TYPE ") {
      #expect(before.hasPrefix("# HELP \(line.split(separator: " ")[2]) "), "\(line)")
    }
    #expect(metrics.text.contains("mapper_ready 0\n"), "\(metrics.text)")
    #expect(try JSONValue(parsing: try await Self.get(edge, "/api/v1/ping").text)["statusCode"] == 200)
    mapper.send(15)
    mapper.waitForEnd()
  }

  @Test("A property is read and written, a method called, and kubectl shows what came of it")
  func devices() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let mapper = try await edge.startMapper()
    try await edge.applyTemperature()
    let device = """
      apiVersion: devices.kubeedge.io/v1beta1
      kind: Device
      metadata:
        name: boiler
      spec:
        deviceModelRef:
          name: temperature-model
        nodeName: edge-node-1
        properties:
          - name: temperature
            collectCycle: 500
          - name: target
            collectCycle: 500
      """
    #expect(try await edge.kubectl("apply", "-f", "-", input: device).isSuccess)
    try await eventually("a live read") { try await Self.get(edge, "/api/v1/device/default/boiler/temperature").status == 200 }
    let read = try JSONValue(parsing: try await Self.get(edge, "/api/v1/device/default/boiler/temperature").text)
    #expect(read.at("Data", "Type") == "float")
    #expect(read.at("Data", "Value")?.string.flatMap { Double($0) } != nil)

    let path = "/api/v1/device/default/boiler/target"
    let write = try await Self.get(edge, path, "-X", "PUT", "-H", "Content-Type: application/json", "-d", #"{"value": 61.5}"#)
    #expect(write.status == 200, "\(write.text)")
    try await eventually("reported") { try await edge.twin("boiler", "target").at("reported", "value") == "61.5" }
    let wrong = try await Self.get(edge, path, "-X", "PUT", "-H", "Content-Type: application/json", "-d", #"{"value": 900}"#)
    #expect(wrong.status == 422, "\(wrong.text)")
    #expect(try await Self.get(edge, "/api/v1/device/default/boiler/nothing").status == 404)
    let readOnly = try await Self.get(
      edge, "/api/v1/device/default/boiler/temperature", "-X", "PUT", "-H", "Content-Type: application/json", "-d", #"{"value": 1}"#)
    #expect(readOnly.status == 409, "\(readOnly.text)")

    // A method that comes later is there at once.
    let withMethod = device + "\n  methods:\n    - name: heat\n      propertyNames:\n        - target\n"
    let applied = try await edge.kubectl("apply", "-f", "-", input: withMethod)
    #expect(applied.isSuccess, "\(applied.all)")
    let method = "/api/v1/devicemethod/default/boiler"
    try await eventually("the method") { try await Self.get(edge, method).text.contains("heat/{propertyName}/{data}") }
    #expect(try await Self.get(edge, method + "/heat/target/70").status == 405)
    let called = try await Self.get(edge, method + "/heat/target/70", "-X", "POST")
    #expect(called.status == 200, "\(called.text)")
    try await eventually("reported") { try await edge.twin("boiler", "target").at("reported", "value") == "70" }
    #expect(try JSONValue(parsing: try await Self.get(edge, "/api/v1/meta/model/default/boiler").text)["name"] == "temperature-model")
    let metrics = try await Self.get(edge, "/metrics").text
    for line in [
      "mapper_devices 2\n", "mapper_bus_connected{bus=\"", "mapper_bus_cycle_stretch_ratio{",
      "mapper_http_requests_total{code=\"422\"} 1\n",
      "mapper_bus_transactions_total{",
    ] {
      #expect(metrics.contains(line), "\(metrics)")
    }
    _ = (core, mapper)
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
