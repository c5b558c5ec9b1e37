import FoundationEssentials
import JSON
import TestSupport
import Testing

@Suite("Clients that misuse the API", .serialized)
struct HostileClientTests {
  private static let devices = "/apis/devices.kubeedge.io/v1beta1/namespaces/default/devices"
  private static let host = "Host: 127.0.0.1\r\n"

  private static func get(_ path: String, _ headers: String = "") -> String { "GET \(path) HTTP/1.1\r\n\(host)\(headers)\r\n" }

  private static func post(_ body: String, _ type: String = "application/json", to path: String = devices) -> String {
    "POST \(path) HTTP/1.1\r\n\(host)Content-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  private static let notRequests: [(request: String, code: Int)] = [
    // What a body is said to be, and is.
    (post("{}", "text/plain"), 415), (post("a=b", "application/x-www-form-urlencoded"), 415),
    (post("{"), 400), (post(""), 400), (post("[]"), 400), (post("\u{0}"), 400),
    (post(String(repeating: "[", count: 100_000)), 400), (post(String(repeating: "{\"a\":", count: 100_000)), 400),
    (post(String(repeating: "- ", count: 100_000), "application/yaml"), 400),
    (post("a: [1, 2", "application/yaml"), 400), (post("a: &a [*a]", "application/yaml"), 400),
    // Paths and queries.
    (get("/apis/devices.kubeedge.io/v1beta1/gadgets"), 404), (get("/nothing"), 404), (get("/%FF%FE"), 404),
    (get("/apis/devices.kubeedge.io/v1beta1/devices?watch=1&timeoutSeconds=99999999999999999999"), 400),
    (get("/apis/devices.kubeedge.io/v1beta1/devices?watch=1&resourceVersion=-7"), 400),
    (get("/apis/devices.kubeedge.io/v1beta1/devices?labelSelector=%FF("), 400),
    (get("/" + String(repeating: "a", count: 20_000)), 414), (get("/" + String(repeating: "a", count: 1_000_000)), 431),
    (get("/version", "X-Long: \(String(repeating: "x", count: 100_000))\r\n"), 431),
    (get("/version", String(repeating: "X-Many: 1\r\n", count: 200)), 431),
    (get("/version", "Expect: magic\r\n"), 417),
    // Methods, versions, and what is no HTTP.
    ("BREW /version HTTP/1.1\r\n\(host)\r\n", 405), ("OPTIONS /version HTTP/1.1\r\n\(host)\r\n", 405),
    ("TRACE \(devices)/x HTTP/1.1\r\n\(host)\r\n", 405), ("DELETE /version HTTP/1.1\r\n\(host)\r\n", 405),
    ("GET /version HTTP/9.9\r\n\(host)\r\n", 505), ("hello\r\n\r\n", 400), ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{0}", 400),
    ("GET /version HTTP/1.1\r\n\(host)broken header\r\n\r\n", 400),
    ("POST \(devices) HTTP/1.1\r\n\(host)Content-Length: -5\r\n\r\n", 400),
    ("POST \(devices) HTTP/1.1\r\n\(host)Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", 400),
    ("POST \(devices) HTTP/1.1\r\n\(host)Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
  ]

  @Test("Each gets the status that HTTP has for it with a Status object, and the next is served")
  func notRequests() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    for (request, code) in Self.notRequests {
      let socket = try RawSocket(port: edge.apiPort)
      try await socket.send(request)
      let answer = try await socket.answer()
      #expect(answer?.code == code, "\(request.prefix(100)): \(answer?.head ?? "nothing")")
      #expect(answer?.status != nil, "\(request.prefix(100)): \(answer?.text ?? "nothing")")
    }
    let invalid = try RawSocket(port: edge.apiPort)
    let body: [UInt8] = Array(#"{"metadata":{"name":""#.utf8) + [0xFF, 0xFE] + Array(#""}}"#.utf8)
    try await invalid.send(
      Array("POST \(Self.devices) HTTP/1.1\r\n\(Self.host)Content-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n".utf8)
        + body)
    #expect(try await [400, 400].contains(invalid.answer()?.code ?? 0))
    #expect(core.isRunning)
    #expect(try await edge.kubectl("get", "devices").isSuccess)
  }

  @Test("A foreign Host or Origin gets 403 before anything else is looked at")
  func foreign() async throws {
    let edge = try Installation()
    _ = try await edge.startEdgeCore()
    for header in ["Host: evil.example\r\n", "Host: 127.0.0.1\r\nOrigin: http://evil.example\r\n"] {
      let socket = try RawSocket(port: edge.apiPort)
      try await socket.send("GET /api HTTP/1.1\r\n\(header)\r\n")
      #expect(try await socket.answer()?.status?["reason"] == "Forbidden")
    }
  }

  @Test("A body of 100 MB is refused before it is read, and never kept")
  func largeBodies() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    let before = try memory(of: core)
    let piece = [UInt8](repeating: 0x20, count: 1 << 20)

    let announced = try RawSocket(port: edge.apiPort)
    let head = "POST \(Self.devices) HTTP/1.1\r\n\(Self.host)Content-Type: application/json\r\n"
    try await announced.send(head + "Content-Length: 104857600\r\n\r\n")
    let early = try await announced.answer()
    #expect(early?.code == 413 && early?.status?["reason"] == "RequestEntityTooLarge")
    #expect(early?.header("connection") == "close")

    let patient = try RawSocket(port: edge.apiPort)
    try await patient.send(head + "Expect: 100-continue\r\nContent-Length: 104857600\r\n\r\n")
    #expect(try await patient.answer()?.code == 413)

    // One that sends all of it first reads its answer all the same.
    let stubborn = try RawSocket(port: edge.apiPort)
    try await stubborn.send(head + "Content-Length: 104857600\r\n\r\n")
    for _ in 0..<100 { if try await stubborn.send(piece) < piece.count { break } }
    #expect(try await stubborn.answer()?.code == 413)

    let chunked = try RawSocket(port: edge.apiPort)
    try await chunked.send(head + "Transfer-Encoding: chunked\r\n\r\n")
    for _ in 0..<100 {
      let text = Array("100000\r\n".utf8) + piece + Array("\r\n".utf8)
      if try await chunked.send(text) < text.count { break }
    }
    #expect(try await chunked.answer()?.code == 413)

    // Nobody asked for it.
    let idle = try RawSocket(port: edge.apiPort)
    try await idle.send("GET /version HTTP/1.1\r\n\(Self.host)Content-Length: 104857600\r\n\r\n")
    for _ in 0..<100 { if try await idle.send(piece) < piece.count { break } }
    #expect(try await idle.answer()?.code == 200)

    #expect(try memory(of: core) < before + (24 << 20))
    #expect(try await edge.kubectl("get", "devices").isSuccess)
  }

  @Test("Several requests on a connection, old clients, leave to send, and HEAD are served as HTTP says")
  func courtesies() async throws {
    let edge = try Installation()
    _ = try await edge.startEdgeCore()

    let pipelined = try RawSocket(port: edge.apiPort)
    try await pipelined.send(Self.get("/version") + Self.get("/nothing") + Self.post("{", to: Self.devices) + Self.get("/livez"))
    var codes: [Int] = []
    for _ in 0..<4 { codes.append(try await pipelined.answer()?.code ?? 0) }
    #expect(codes == [200, 404, 400, 200])
    try await pipelined.send(Self.get("/livez", "Connection: Close\r\n"))
    let last = try await pipelined.answer()
    #expect(last?.code == 200 && last?.header("connection") == "close")
    #expect(try await pipelined.readToEnd().isEmpty)

    let old = try RawSocket(port: edge.apiPort)
    try await old.send("GET /apis/devices.kubeedge.io/v1beta1/devices HTTP/1.0\r\n\r\n")
    let answer = try await old.answer()
    #expect(answer?.head.hasPrefix("HTTP/1.0 200") == true, "\(answer?.head ?? "")")
    #expect(answer?.header("transfer-encoding") == nil)
    #expect(try JSONValue(parsing: answer?.body ?? [])["kind"] == "DeviceList")

    let half = try RawSocket(port: edge.apiPort)
    try await half.send(Self.get("/version"))
    half.endOutput()
    #expect(try await half.answer()?.code == 200)
    #expect(try await half.readToEnd().isEmpty)

    let polite = try RawSocket(port: edge.apiPort)
    try await polite.send(
      "POST \(Self.devices) HTTP/1.1\r\n\(Self.host)Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    #expect(try await polite.answer()?.code == 100)
    try await polite.send("{}")
    #expect(try await [400, 400].contains(polite.answer()?.code ?? 0))

    let head = try RawSocket(port: edge.apiPort)
    try await head.send("HEAD /version HTTP/1.1\r\n\(Self.host)\r\n")
    let length = try await head.answer(toHead: true)
    #expect(length?.code == 200 && length?.header("content-length").flatMap { Int($0) } ?? 0 > 10)
    try await head.send("HEAD \(Self.devices) HTTP/1.1\r\n\(Self.host)\r\n" + Self.get("/livez"))
    #expect(try await head.answer(toHead: true)?.code == 200)
    #expect(try await head.answer()?.text == "ok")
  }

  @Test("Slow clients are let go in time, and cost no memory meanwhile")
  func slowClients() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    try await fill(edge)
    _ = try await edge.kubectl("get", "devices", "-o", "name")
    let before = try memory(of: core)
    let port = edge.apiPort
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let halfHead = try RawSocket(port: port)
        try await halfHead.send("GET /version HTTP/1.1\r\nHost: 127")
        let answer = try await halfHead.answer()
        #expect(answer?.code == 408 && answer?.status?["reason"] == "Timeout")
        #expect(try await halfHead.readToEnd().isEmpty)
      }
      group.addTask {
        let halfBody = try RawSocket(port: port)
        try await halfBody.send(
          "POST \(Self.devices) HTTP/1.1\r\n\(Self.host)Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"metadata\":")
        let answer = try await halfBody.answer(within: .seconds(60))
        #expect(answer?.code == 408 && answer?.status != nil)
        #expect(try await halfBody.readToEnd().isEmpty)
      }
      group.addTask {
        // A byte now and then doesn't keep it alive.
        let loris = try RawSocket(port: port)
        try await loris.send("GET /version HTTP/1.1\r\n")
        for _ in 0..<200 {
          if try await loris.send("X") == 0 { break }
          try await Task.sleep(for: .milliseconds(200))
        }
        #expect(try await loris.answer()?.code ?? 408 == 408)
      }
      group.addTask {
        let cut = try RawSocket(port: port)
        try await cut.send("POST \(Self.devices) HTTP/1.1\r\n\(Self.host)Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
        cut.endOutput()
        #expect(try await cut.answer()?.code == 400)
      }
      group.addTask {
        let silent = try RawSocket(port: port)
        try await silent.closedByOther(within: .seconds(90))
      }
      for query in ["", "?watch=1"] {
        for _ in 0..<10 {
          group.addTask {
            let deaf = try RawSocket(port: port, window: 4_096)
            try await deaf.send(Self.get("/apis/devices.kubeedge.io/v1beta1/devices\(query)"))
            try await deaf.closedByOther(within: .seconds(120))
          }
        }
      }
      group.addTask {
        // Meanwhile everybody else is served.
        try await eventually("answers under slow clients") { try await edge.kubectl("get", "--raw", "/readyz").isSuccess }
      }
      try await group.waitForAll()
    }
    #expect(try memory(of: core) < before + (32 << 20))
    #expect(try await edge.kubectl("get", "devices", "-o", "name").text.split(separator: "\n").count == 12)
  }

  @Test("Connections are bounded: one too many is told to come back, and may when others have gone")
  func manyConnections() async throws {
    let edge = try Installation()
    let core = try await edge.startEdgeCore()
    var idle: [RawSocket] = []
    for _ in 0..<512 { idle.append(try RawSocket(port: edge.apiPort)) }
    try await eventually("a refusal") {
      let late = try RawSocket(port: edge.apiPort)
      try await late.send(Self.get("/version"))
      guard let answer = try await late.answer(), answer.code == 503 else { return false }
      #expect(answer.status?.at("details", "retryAfterSeconds") == 1)
      #expect(answer.header("retry-after") == "1")
      return true
    }
    idle = []
    try await eventually("room again") { try await edge.kubectl("get", "--raw", "/readyz").isSuccess }
    #expect(core.isRunning)
  }

  /// A dozen devices that make a list of 12 MB, more than sockets hold.
  private func fill(_ edge: Installation) async throws {
    for number in 0..<12 {
      let device: JSONValue = [
        "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "metadata": ["name": .string("large-\(number)")],
        "spec": [
          "deviceModelRef": ["name": "none"], "nodeName": "edge-node-1",
          "protocol": ["protocolName": "note", "configData": ["note": .string(String(repeating: "x", count: 1_000_000))]],
        ],
      ]
      let socket = try RawSocket(port: edge.apiPort)
      try await socket.send(Self.post(device.text))
      let answer = try await socket.answer()
      #expect(answer?.code == 201, "\(answer?.text.prefix(500) ?? "nothing")")
    }
  }

  private func memory(of process: TestProcess) throws -> Int {
    let text = String(decoding: try Data(contentsOf: URL(filePath: "/proc/\(process.pid)/status")), as: UTF8.self)
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
      let kilobytes = line.split(whereSeparator: { $0.isWhitespace }).dropFirst().first.flatMap({ Int($0) })
    else { throw TestSupportError("no VmRSS in \(text)") }
    return kilobytes << 10
  }
}
