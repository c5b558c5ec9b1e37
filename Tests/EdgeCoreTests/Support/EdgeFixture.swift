import DeviceAPI
import EdgeCore
import JSON
import Logging
import Synchronization
import TestSupport
import TwinProtocol

/// A clock that stands until a test moves it; whoever waits is woken when its time has come.
final class ManualClock: EdgeClock {
  private struct State {
    var now: Int64 = 1_795_411_140_000
    var uptime: Int64 = 5_000
    var sleepers: [(until: Int64, continuation: AsyncStream<Void>.Continuation)] = []
  }
  private let state = Mutex(State())

  var now: Int64 { state.withLock { $0.now } }
  var uptime: Int64 { state.withLock { $0.uptime } }

  /// Sets the time of day, as an operator or a time server does; nobody's waiting is any shorter.
  func set(_ milliseconds: Int64) { state.withLock { $0.now = milliseconds } }

  func sleep(milliseconds: Int64) async throws {
    let (stream, continuation) = AsyncStream<Void>.makeStream()
    state.withLock { state in
      if milliseconds <= 0 { continuation.finish() } else { state.sleepers.append((state.uptime + milliseconds, continuation)) }
    }
    for await _ in stream {}
    try Task.checkCancellation()
  }

  /// How many wait.
  var sleeperCount: Int { state.withLock { $0.sleepers.count } }

  func advance(by milliseconds: Int64) {
    let woken = state.withLock { state in
      state.now += milliseconds
      state.uptime += milliseconds
      let woken = state.sleepers.filter { $0.until <= state.uptime }
      state.sleepers.removeAll { $0.until <= state.uptime }
      return woken
    }
    for sleeper in woken { sleeper.continuation.finish() }
  }
}

/// MetaManager on a SQLite file of its own and MetaServer in front, without sockets.
struct EdgeFixture: Sendable {
  let clock: ManualClock
  let meta: MetaManager
  let server: MetaServer
  let dispatcher: TwinDispatcher
  /// What commits had to tell.
  let outbound: AsyncStream<OutboundMessage>

  /// Opens the state in a folder, runs it while `body` does, and closes it.
  static func with<Value: Sendable>(
    _ folder: TestFolder, clock: ManualClock = ManualClock(), store: (any MetaStore)? = nil,
    kinds: [ObjectKind] = ObjectKind.served, makeID: (@Sendable () -> String)? = nil,
    _ body: @escaping @Sendable (EdgeFixture) async throws -> Value
  ) async throws -> Value {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let counter = Counter()
    let makeID: @Sendable () -> String = makeID ?? { "id-\(counter.next())" }
    let opened = try store ?? SQLiteStore(path: folder.path("swiftlet.db"), clock: clock, logger: logger)
    let (outbound, outbox) = AsyncStream<OutboundMessage>.makeStream()
    let meta = try await MetaManager(store: opened, clock: clock, logger: logger) { for message in $0 { outbox.yield(message) } }
    let dispatcher = TwinDispatcher(node: "edge-node-1", makeID: makeID)
    let writer = ObjectWriter(dispatcher: dispatcher, makeUID: makeID)
    let server = MetaServer(meta: meta, writer: writer, clock: clock, kinds: kinds)
    let now = clock.now
    try? await meta.apply { writer.prepare(&$0, now: now) }
    let fixture = EdgeFixture(clock: clock, meta: meta, server: server, dispatcher: dispatcher, outbound: outbound)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await meta.run() }
      defer { group.cancelAll() }
      return try await body(fixture)
    }
  }

  /// A request; a refusal comes back as the answer it is to the client.
  func call(
    _ method: String, _ path: String, _ body: JSONValue? = nil, contentType: String? = nil, query: [String: String] = [:],
    accept: String? = nil, isAuthenticated: Bool = false, text: String? = nil
  ) async throws -> (code: Int, json: JSONValue, warnings: [String]) {
    let type = contentType ?? (method == "PATCH" ? "application/merge-patch+json" : "application/json")
    do {
      let request = try APIRequest(path: path, query: query, kinds: server.kinds)
      let call = MetaServer.Call(
        method: method, request: request, accept: Acceptance(accept), contentType: type,
        body: text.map { Array($0.utf8) } ?? body?.serialized ?? [],
        isAuthenticated: isAuthenticated)
      let answer = try await server.answer(call)
      let json: JSONValue =
        switch answer.body {
        case .json(let json): json
        case .list(let list): list.json
        case .text: .null
        }
      return (answer.code, json, answer.warnings)
    } catch let status as APIStatus {
      return (status.code, status.json, [])
    }
  }

  /// Makes a namespace.
  func makeNamespace(_ name: String) async throws {
    let body: JSONValue = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
    _ = try await call("POST", "/api/v1/namespaces", body)
  }

  /// A mapper's message, and what is sent in answer to it.
  func receive(_ topic: String, _ payload: String) async throws -> [OutboundMessage] {
    guard let message = InboundMessage(topic: topic, content: .payload(Array(payload.utf8))) else { return [] }
    let now = clock.now
    return try await meta.write { [dispatcher] draft in
      let before = draft.messages.count
      dispatcher.handle(message, draft: &draft, now: now)
      return Array(draft.messages[before...])
    }
  }
}

/// Counts up from 1.
private final class Counter: Sendable {
  private let value = Mutex(0)

  func next() -> Int {
    value.withLock { value in
      value += 1
      return value
    }
  }
}

/// Objects to apply.
enum Samples {
  static let devices = "/apis/devices.kubeedge.io/v1beta1/namespaces/default/devices"
  static let alphaDevices = "/apis/devices.kubeedge.io/v1alpha2/namespaces/default/devices"
  static let models = "/apis/devices.kubeedge.io/v1beta1/namespaces/default/devicemodels"

  static let model: JSONValue = [
    "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "DeviceModel", "metadata": ["name": "boiler-model"],
    "spec": [
      "protocol": "temperature",
      "properties": [
        ["name": "temperature", "type": "FLOAT", "accessMode": "ReadOnly", "minimum": "-40", "maximum": "125", "unit": "C"],
        ["name": "target", "type": "FLOAT", "accessMode": "ReadWrite", "minimum": "40", "maximum": "90", "unit": "C"],
        ["name": "text", "type": "STRING", "accessMode": "ReadOnly"],
      ],
    ],
  ]

  static func device(_ name: String = "boiler", target: String? = nil) -> JSONValue {
    var property: JSONValue = ["name": "target", "collectCycle": 1000]
    if let target { property["desired"] = ["value": .string(target)] }
    return [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "metadata": ["name": .string(name)],
      "spec": [
        "deviceModelRef": ["name": "boiler-model"], "nodeName": "edge-node-1",
        "properties": [["name": "temperature", "collectCycle": 1000], property],
      ],
    ]
  }

  /// The Device of the article that many came to KubeEdge with.
  static let articleDevice: JSONValue = [
    "apiVersion": "devices.kubeedge.io/v1alpha2", "kind": "Device",
    "metadata": ["name": "temperature", "labels": ["description": "temperature", "manufacturer": "test"]],
    "spec": [
      "deviceModelRef": ["name": "boiler-model"],
      "nodeSelector": ["nodeSelectorTerms": [["matchExpressions": [["key": "", "operator": "In", "values": ["edge-node-1"]]]]]],
    ],
    "status": ["twins": [["propertyName": "text", "desired": ["metadata": ["type": "string"], "value": ""]]]],
  ]

  static func topic(_ name: String, _ subject: DeviceTopic.Subject) -> String {
    DeviceTopic(DeviceID(name: name), subject).description
  }
}
