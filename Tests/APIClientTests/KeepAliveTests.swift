import APIClient
import JSON
import NIOHTTP1
import TestSupport
import Testing

@Suite("Connections of the API client")
struct KeepAliveTests {
  private typealias Step = ScriptedServer.Step

  @Test("Requests one after the other share a connection")
  func shared() async throws {
    let server = try await ScriptedServer([Step.kept(200, "1"), Step.kept(404, "{}"), Step.kept(201, "3"), Step.kept(200, "4")])
    let client = try APIClient(server: server.url)
    #expect(try await client.get("/a") == 1)
    await #expect(throws: APIError.self) { try await client.get("/b") }
    #expect(try await client.create("/c", ["x": 1]) == 3)
    #expect(try await client.get("/d") == 4)
    #expect(server.requests.map(\.connection) == [1, 1, 1, 1])
    #expect(server.requests.map(\.body) == ["", "", #"{"x":1}"#, ""])
  }

  @Test("Requests at the same time have each a connection, and some are kept")
  func parallel() async throws {
    let server = try await ScriptedServer((0..<12).map { [.pause] + Step.kept(200, "\($0)") })
    let client = try APIClient(server: server.url)
    try await withThrowingTaskGroup { group in
      for _ in 0..<6 { group.addTask { try await client.get("/x") } }
      try await eventually("six requests") { server.requests.count == 6 }
      for _ in 0..<6 { server.proceed() }
      try await group.waitForAll()
    }
    #expect(Set(server.requests.map(\.connection)).count == 6)
    try await eventually("more than a few aren't kept") { server.closed == 2 }
    server.proceed()
    _ = try await client.get("/x")
    #expect(server.requests.last.map { $0.connection <= 6 } == true)
  }

  @Test("A server that announces the end of a connection gets the next request on another")
  func announced() async throws {
    let server = try await ScriptedServer([Step.answer(200, "1"), Step.kept(200, "2")])
    let client = try APIClient(server: server.url)
    #expect(try await client.get("/a") == 1)
    #expect(try await client.create("/b", 1) == 2)
    #expect(server.requests.map(\.connection) == [1, 2])
  }

  @Test("A question whose connection ends before the answer begins is asked again on another; what writes is not")
  func lost() async throws {
    let server = try await ScriptedServer([
      Step.kept(200, "1"), [.close], Step.kept(200, "2"), [.close], Step.kept(200, "4"), [.close], [.close],
    ])
    let client = try APIClient(server: server.url)
    #expect(try await client.get("/a") == 1)
    #expect(try await client.get("/b") == 2)
    let error = try await #require(throws: APIError.self) { try await client.create("/c", 3) }
    #expect(error.code == .connectionLost)
    #expect(try await client.get("/d") == 4)
    // And not a second time.
    await #expect(throws: APIError.self) { try await client.get("/e") }
    #expect(server.requests.map(\.uri) == ["/a", "/b", "/b", "/c", "/d", "/e", "/e"])
    #expect(server.requests.map(\.connection) == [1, 1, 2, 2, 3, 3, 4])
  }

  @Test("A connection that waited long enough is closed")
  func expired() async throws {
    let server = try await ScriptedServer([Step.kept(200, "1"), Step.kept(200, "2")])
    var options = APIClient.Options()
    options.keepAlive = .milliseconds(20)
    let client = try APIClient(server: server.url, options: options)
    #expect(try await client.get("/a") == 1)
    try await eventually("the first connection's end") { server.closed == 1 }
    #expect(try await client.get("/b") == 2)
    #expect(server.requests.map(\.connection) == [1, 2])
  }

  @Test("Without a time to wait each request has a connection of its own, and says so")
  func never() async throws {
    let server = try await ScriptedServer([Step.kept(200, "1"), Step.kept(200, "2")])
    var options = APIClient.Options()
    options.keepAlive = .zero
    let client = try APIClient(server: server.url, options: options)
    #expect(try await client.get("/a") == 1)
    #expect(try await client.get("/b") == 2)
    #expect(server.requests.map(\.connection) == [1, 2])
    #expect(server.requests.map { $0.headers["Connection"] } == [["close"], ["close"]])
  }

  @Test("Connections end with their client")
  func released() async throws {
    let server = try await ScriptedServer([Step.kept(200, "1")])
    do {
      let client = try APIClient(server: server.url)
      #expect(try await client.get("/a") == 1)
    }
    try await eventually("its end") { server.closed == 1 }
  }

  @Test("A request that was given up takes its connection along: the next one doesn't get its answer")
  func cancelled() async throws {
    let server = try await ScriptedServer([Step.kept(200, "1"), [.pause] + Step.kept(200, "2"), Step.kept(200, "3")])
    let client = try APIClient(server: server.url)
    #expect(try await client.get("/a") == 1)
    let task = Task { try await client.get("/b") }
    try await eventually("the second request") { server.requests.count == 2 }
    task.cancel()
    let error = await #expect(throws: APIError.self) { try await task.value }
    #expect(error?.code == .cancelled)
    #expect(try await client.get("/c") == 3)
    server.proceed()
    #expect(server.requests.map(\.connection) == [1, 1, 2])
  }
}
