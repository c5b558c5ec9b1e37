import Logging
import MapperRuntime
import ServiceLifecycle
import TestSupport
import Testing

@Suite("A mapper's REST API over HTTP", .serialized)
struct RESTServerTests {
  /// Runs a server while the body runs, and shuts it down after.
  private static func run(_ directory: FakeDirectory, _ body: @escaping @Sendable (_ url: String) async throws -> Void) async throws {
    var logger = Logger(label: "mapper")
    logger.logLevel = .critical
    let (ports, listening) = AsyncStream.makeStream(of: Int.self)
    let api = RESTAPI(directory: directory, health: MapperHealth(), metrics: { nil })
    let server = RESTServer(port: 0, api: api, logger: logger) { listening.yield($0) }
    let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [server], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      defer { tasks.cancelAll() }
      for await port in ports {
        try await body("http://127.0.0.1:\(port)")
        break
      }
      await group.triggerGracefulShutdown()
      try await tasks.next()
    }
  }

  /// Status and body of an answer.
  private static func curl(_ arguments: String...) async throws -> (status: Int, text: String) {
    let result = try await TestProcess.run("curl", ["--silent", "--max-time", "20", "--write-out", "\n%{http_code}"] + arguments)
    let lines = result.stdout.split(separator: "\n", omittingEmptySubsequences: false)
    return (lines.last.flatMap { Int($0) } ?? 0, lines.dropLast().joined(separator: "\n"))
  }

  @Test("Reads, writes and refuses as the API says, several requests on one connection")
  func requests() async throws {
    let directory = try FakeDirectory()
    try await Self.run(directory) { url in
      let read = try await Self.curl("\(url)/api/v1/device/default/pump/speed", "\(url)/api/v1/ping")
      #expect(read.status == 200)
      #expect(read.text.contains(#""Value":"1200""#))
      let put = try await Self.curl(
        "-X", "PUT", "-H", "Content-Type: application/json", "-d", #"{"value":900}"#, "\(url)/api/v1/device/default/pump/speed")
      #expect(put.status == 200, "\(put.text)")
      #expect(directory.writes == ["speed=900"])
      #expect(try await Self.curl("-X", "POST", "\(url)/api/v1/devicemethod/default/pump/start/on/false").status == 200)
      let got = try await Self.curl("-i", "\(url)/api/v1/devicemethod/default/pump/start/on/true")
      #expect(got.status == 405)
      #expect(got.text.contains("Allow: POST, PUT"))
      #expect(try await Self.curl("--head", "\(url)/livez").status == 200)
    }
  }

  @Test("A page of a browser doesn't come in")
  func door() async throws {
    try await Self.run(try FakeDirectory()) { url in
      let headers = [
        ("Host: evil.com", 403), ("Origin: http://evil.com", 403), ("Sec-Fetch-Site: cross-site", 403),
        ("Origin: http://localhost:3000", 200),
      ]
      for (header, status) in headers {
        let answer = try await Self.curl("-H", header, "\(url)/livez")
        #expect(answer.status == status, "\(header)")
      }
    }
  }

  @Test("What is too large is refused, and the server goes on")
  func limits() async throws {
    let folder = try TestFolder()
    let large = try folder.write("large", #"{"value":""# + String(repeating: "x", count: 300_000) + #""}"#)
    let directory = try FakeDirectory()
    try await Self.run(directory) { url in
      let answer = try await Self.curl(
        "-X", "PUT", "-H", "Content-Type: application/json", "--data-binary", "@\(large)", "\(url)/api/v1/device/default/pump/speed")
      #expect(answer.status == 413, "\(answer.text)")
      #expect(try await Self.curl("-H", "X: \(String(repeating: "x", count: 40_000))", "\(url)/livez").status != 200)
      #expect(try await Self.curl("\(url)/\(String(repeating: "x", count: 9_000))").status == 414)
      #expect(try await Self.curl("\(url)/livez").status == 200)
      #expect(directory.writes.isEmpty)
    }
  }

  @Test("A port that is taken is an error that says what to do")
  func taken() async throws {
    try await Self.run(try FakeDirectory()) { url in
      let port = url.split(separator: ":").last.flatMap { Int($0) } ?? 0
      let api = RESTAPI(directory: try FakeDirectory(), health: MapperHealth())
      let error = await #expect(throws: RESTServerError.self) {
        try await RESTServer(port: port, api: api, logger: Logger(label: "second")).run()
      }
      #expect(error?.description.contains("address already in use") == true)
      #expect(error?.description.contains("--http-port") == true)
      #expect(throws: RESTServerError.self) { try RESTServer(port: port, api: api, logger: Logger(label: "third")).check() }
    }
  }
}
