import APIClient
import JSON
import NIOHTTP1
import TestSupport
import Testing

@Suite("Requests to the API server")
struct RequestTests {
  @Test("A request carries its path, query, headers and body, all encoded")
  func request() async throws {
    let server = try await ScriptedServer([ScriptedServer.Step.answer(201, #"{"kind":"Device"}"#)])
    let client = try APIClient(server: server.url)
    let made = try await client.create("/apis/g/v1/namespaces/default/devices/a b?%é", ["spec": 1], query: [("fieldManager", "me & you")])
    #expect(made == ["kind": "Device"])
    let request = try #require(server.requests.first)
    #expect(request.method == "POST")
    #expect(request.uri == "/apis/g/v1/namespaces/default/devices/a%20b%3F%25%C3%A9?fieldManager=me%20%26%20you")
    #expect(request.headers["Content-Type"] == ["application/json"])
    #expect(request.headers["Host"] == ["127.0.0.1:\(server.port)"])
    #expect(request.body == #"{"spec":1}"#)
  }

  @Test("A refused connection says where, and asks whether edgecore runs")
  func refused() async throws {
    let port = freePort()
    let client = try APIClient(server: "http://127.0.0.1:\(port)")
    let error = try await #require(throws: APIError.self) { try await client.get("/version") }
    #expect(error.code == .connectionRefused)
    #expect(error.description == "cannot reach the API server at http://127.0.0.1:\(port): connection refused. Is edgecore running?")
  }

  @Test("A Status answer becomes an error with its reason, message and causes")
  func status() async throws {
    let status = """
      {"kind":"Status","apiVersion":"v1","status":"Failure","message":"Device \\"x\\" is invalid","reason":"Invalid","code":422,
       "details":{"retryAfterSeconds":3,"causes":[{"reason":"FieldValueRequired","message":"Required value","field":"spec.nodeName"}]}}
      """
    let server = try await ScriptedServer([ScriptedServer.Step.answer(422, status), ScriptedServer.Step.answer(502, "bad gateway\nmore")])
    let client = try APIClient(server: server.url)
    let invalid = try await #require(throws: APIError.self) { try await client.get("/x") }
    #expect(invalid.code == .status)
    #expect(invalid.status == 422)
    #expect(invalid.reason == "Invalid")
    #expect(invalid.message == #"Device "x" is invalid"#)
    #expect(invalid.causes == [.init(field: "spec.nodeName", reason: "FieldValueRequired", message: "Required value")])
    #expect(invalid.retryAfterSeconds == 3)
    let other = try await #require(throws: APIError.self) { try await client.get("/x") }
    #expect(other.message == "the API server at \(server.url) answered with status 502: bad gateway")
  }

  @Test("A server that says nothing, breaks off, or doesn't speak HTTP or JSON, is named so")
  func badServers() async throws {
    let server = try await ScriptedServer([
      [.pause],
      [.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), .close],
      [.close],
      [.write("SSH-2.0-OpenSSH\r\n\r\n"), .close],
      ScriptedServer.Step.answer(200, "{oops"),
      ScriptedServer.Step.answer(200, String(repeating: " ", count: 2000)),
    ])
    var options = APIClient.Options()
    options.requestTimeout = .milliseconds(200)
    options.maximumBodyBytes = 1000
    let impatient = try APIClient(server: server.url, options: options)
    let silent = try await #require(throws: APIError.self) { try await impatient.get("/") }
    #expect(silent.code == .timeout)
    options.requestTimeout = .seconds(30)
    let client = try APIClient(server: server.url, options: options)
    var codes: [APIError.Code] = []
    for _ in 0..<5 { codes.append(try await #require(throws: APIError.self) { try await client.get("/") }.code) }
    #expect(codes == [.connectionLost, .connectionLost, .malformedResponse, .malformedResponse, .tooLarge])
  }

  @Test("A list is read page by page, and its items know their kind")
  func pages() async throws {
    let server = try await ScriptedServer([
      ScriptedServer.Step.answer(
        200,
        #"{"kind":"DeviceList","apiVersion":"g/v1","metadata":{"resourceVersion":"7","continue":"t/1"},"items":[{"metadata":{"name":"a"}}]}"#
      ),
      ScriptedServer.Step.answer(
        200, #"{"kind":"DeviceList","apiVersion":"g/v1","metadata":{"resourceVersion":"7"},"items":[{"kind":"X"}]}"#),
      ScriptedServer.Step.answer(200, #"{"kind":"DeviceList","apiVersion":"g/v1","metadata":{"resourceVersion":"9"},"items":null}"#),
    ])
    let client = try APIClient(server: server.url)
    let list = try await client.list("/devices")
    #expect(list.items == [["apiVersion": "g/v1", "kind": "Device", "metadata": ["name": "a"]], ["apiVersion": "g/v1", "kind": "X"]])
    #expect(list.resourceVersion == "7")
    #expect(server.requests.map(\.uri) == ["/devices?limit=500", "/devices?limit=500&continue=t%2F1"])
    #expect(try await client.list("/devices").items.isEmpty)
  }

  @Test("A list that the server forgets between two pages is read once more from its start, and no more often")
  func forgottenPages() async throws {
    func page(_ name: String, _ version: Int, next: String? = nil) -> [ScriptedServer.Step] {
      let token = next.map { #","continue":"\#($0)""# } ?? ""
      return ScriptedServer.Step.answer(
        200,
        #"{"kind":"DeviceList","apiVersion":"g/v1","metadata":{"resourceVersion":"\#(version)"\#(token)},"items":[{"kind":"\#(name)"}]}"#)
    }
    let gone = ScriptedServer.Step.answer(410, #"{"kind":"Status","code":410,"reason":"Expired","message":"too old"}"#)
    let server = try await ScriptedServer([page("A", 5, next: "x"), gone, page("A", 9, next: "y"), page("B", 9)])
    let client = try APIClient(server: server.url)
    let list = try await client.list("/devices")
    #expect(list.items.map { $0["kind"] } == ["A", "B"])
    #expect(list.resourceVersion == "9")
    #expect(
      server.requests.map(\.uri) == [
        "/devices?limit=500", "/devices?limit=500&continue=x", "/devices?limit=500", "/devices?limit=500&continue=y",
      ])
    server.add([page("A", 5, next: "x"), gone, page("A", 9, next: "y"), gone])
    let error = try await #require(throws: APIError.self) { try await client.list("/devices") }
    #expect(error.isGone)
  }

  @Test("A warning of the server is read from its header")
  func warnings() async throws {
    let server = try await ScriptedServer([ScriptedServer.Step.answer(200, "{}", headers: "Warning: 299 - \"no model \\\"m\\\" yet\"\r\n")])
    let response = try await APIClient(server: server.url).request("GET", "/")
    #expect(response.warnings == [#"no model "m" yet"#])
  }

  @Test("A cancelled request ends at once and closes its connection")
  func cancellation() async throws {
    let server = try await ScriptedServer([[.pause]])
    let client = try APIClient(server: server.url)
    let task = Task { try await client.get("/") }
    try await eventually { !server.requests.isEmpty }
    task.cancel()
    let error = await #expect(throws: APIError.self) { try await task.value }
    #expect(error?.code == .cancelled)
    try await eventually("the connection is closed") { server.closed == 1 }
  }

  @Test(
    "Addresses are understood or refused with a sentence",
    arguments: [
      ("http://127.0.0.1:10550", "http://127.0.0.1:10550"), ("localhost:10550/", "http://localhost:10550"),
      ("http://[::1]:8080/proxy/", "http://[::1]:8080/proxy"), ("http://edge", "http://edge:80"),
    ])
  func addresses(text: String, understood: String) throws {
    #expect(try APIClient(server: text).server == understood)
  }

  @Test(
    "What is no address is refused",
    arguments: ["", "https://", "ftp://edge", "http://", "http://edge:0", "http://edge:port", "http://[::1"])
  func badAddresses(text: String) throws {
    let error = try #require(throws: APIError.self) { try APIClient(server: text) }
    #expect(error.code == .invalidServer)
    #expect(error.message.contains("'\(text)'"))
  }
}
