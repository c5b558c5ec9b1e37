import Foundation
import JSON
import Synchronization
import TestSupport

/// Sends what was recorded to a server of ours, in the same order and with what earlier answers said put in.
final class KubernetesReplay {
  /// What came back.
  struct Answer {
    var head: RawExchange.Head?
    var body: [UInt8] = []
    /// The events of a watch.
    var events: [JSONValue]?
    /// How the object's resourceVersion is to the one last seen of it: `first`, `same`, `greater` or `older`.
    var revision: String?
  }

  private let server: APITestServer
  private let pace: Pace
  private var captures: [String: String] = [:]
  private var revisions: [String: Int64] = [:]

  init(server: APITestServer, pace: Pace) {
    self.server = server
    self.pace = pace
  }

  /// Sends a vector's request, after what goes before it.
  func play(_ vector: JSONValue) async throws -> Answer {
    for request in vector["setup"]?.array ?? [] {
      let answer = try await send(request, agent: "preparer/1")
      guard let head = answer.head, (200..<300).contains(head.status) else {
        throw TestSupportError("\(request.text.prefix(300)): \(String(decoding: answer.body, as: UTF8.self).prefix(500))")
      }
    }
    let expected = vector["expect"]
    let answer = try await send(vector, agent: "recorder/1", events: expected?["events"]?.array)
    let json = try? JSONValue(parsing: answer.body)
    for (name, path) in vector["captures"]?.object ?? [:] {
      let value = (path.string ?? "").split(separator: ".").reduce(json) { $0?[String($1)] }
      captures[name] = value?.string
    }
    return noting(answer, json, vector)
  }

  private func noting(_ answer: Answer, _ json: JSONValue?, _ vector: JSONValue) -> Answer {
    guard let status = answer.head?.status, (200..<300).contains(status), let name = json?.at("metadata", "name")?.string,
      let version = json?.at("metadata", "resourceVersion")?.string.flatMap({ Int64($0) })
    else { return answer }
    let levels = (vector["path"]?.string ?? "").prefix { $0 != "?" }.split(separator: "/").map(String.init)
    let resource = levels.first { $0.hasSuffix("s") && !["apis", "namespaces"].contains($0) } ?? "namespaces"
    let key = "\(resource) \(json?.at("metadata", "namespace")?.string ?? "") \(name)"
    var answer = answer
    if let last = revisions[key] {
      answer.revision = version == last ? "same" : version > last ? "greater" : "older"
    } else {
      answer.revision = "first"
    }
    revisions[key] = version
    return answer
  }

  private func send(_ vector: JSONValue, agent: String, events: [JSONValue]? = nil) async throws -> Answer {
    let request = try request(vector, agent: agent)
    let exchange = try RawExchange(port: server.port, request)
    var answer = Answer()
    answer.head = try await pace.whilePatient { try await exchange.head() }
    guard answer.head != nil else { return answer }
    if events == nil, request.target.contains("watch=true"), !request.target.contains("timeoutSeconds") { exchange.leave() }
    guard let events, answer.head?.status == 200 else {
      answer.body = await pace.whilePatient { await exchange.rest() }
      return answer
    }
    for step in vector["during"]?.array ?? [] {
      let during = try await send(step, agent: "preparer/1")
      guard during.head?.status == step["status"]?.integer.map(Int.init) else {
        throw TestSupportError("during \(step.text.prefix(300)): \(String(decoding: during.body, as: UTF8.self).prefix(500))")
      }
    }
    answer.events = try await watch(exchange, until: events, isEndless: !request.target.contains("timeoutSeconds"))
    return answer
  }

  /// Takes a watch's events: as many as were recorded, and then, with time running, what may come until it ends.
  private func watch(_ exchange: RawExchange, until recorded: [JSONValue], isEndless: Bool) async throws -> [JSONValue] {
    var events: [JSONValue] = []
    let wanted = recorded.filter { $0["type"] != "BOOKMARK" }.count
    while events.filter({ $0["type"] != "BOOKMARK" }).count < wanted {
      guard let line = await pace.whilePatient({ await exchange.line() }) else { return events }
      events.append(try JSONValue(parsing: line))
    }
    if isEndless { exchange.leave() }
    while let line = await pace.hurrying({ await exchange.line() }) { events.append(try JSONValue(parsing: line)) }
    return events
  }

  // MARK: Requests

  private func request(_ vector: JSONValue, agent: String) throws -> RawExchange.Request {
    var request = RawExchange.Request(
      method: vector["method"]?.string ?? "", target: filled(vector["path"]?.string ?? "", in: .uri))
    var headers = ["Accept": "application/json", "User-Agent": agent]
    if let body = vector["body"] {
      request.body = Array(filled(body.text, in: .json).utf8)
    } else if let text = vector["text"]?.string {
      request.body = Array(filled(text, in: .text).utf8)
    } else if let text = vector["base64"]?.string, let bytes = Data(base64Encoded: text) {
      request.body = Array(bytes)
    }
    if request.body != nil { headers["Content-Type"] = "application/json" }
    for (name, value) in vector["headers"]?.object ?? [:] { headers[name] = value.string }
    switch vector["auth"]?.string {
    case "none": break
    case "bad": headers["Authorization"] = "Bearer bad"
    default: headers["Authorization"] = "Bearer admin"
    }
    request.headers = headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    return request
  }

  private enum Place { case uri, json, text }

  private func filled(_ text: String, in place: Place) -> String {
    var text = text
    // In JSON text the quotes of what is repeated are escaped.
    let repetition = #/\$\{repeat:(.*?):(\d+)\}/#
    while let match = text.firstMatch(of: repetition) {
      text.replaceSubrange(match.range, with: String(repeating: String(match.1), count: Int(match.2) ?? 0))
    }
    return text.replacing(#/\$\{(\w+)\}/#) { match in
      let value = captures[String(match.1)] ?? ""
      return place == .uri ? value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "" : value
    }
  }
}

/// How fast the server's time goes: it stands while answers come, and runs when one is waited for in vain or a watch is to end.
final class Pace: Sendable {
  private struct State {
    var waiting: ContinuousClock.Instant?
    var hurries = false
  }
  private let state = Mutex(State())

  /// Moves the clock until it is cancelled.
  func run(_ clock: ManualClock) async {
    while !Task.isCancelled {
      let moves = state.withLock { state in
        guard let since = state.waiting else { return false }
        return state.hurries || ContinuousClock.now - since > .seconds(2)
      }
      if moves { clock.advance(by: 500) }
      try? await Task.sleep(for: .milliseconds(moves ? 2 : 10))
    }
  }

  func whilePatient<Value>(_ body: () async throws -> Value) async rethrows -> Value { try await wait(hurries: false, body) }

  func hurrying<Value>(_ body: () async throws -> Value) async rethrows -> Value { try await wait(hurries: true, body) }

  private func wait<Value>(hurries: Bool, _ body: () async throws -> Value) async rethrows -> Value {
    state.withLock { $0 = State(waiting: .now, hurries: hurries) }
    defer { state.withLock { $0 = State() } }
    return try await body()
  }
}
