internal import CoreMetrics
internal import JSON
internal import MapperSDK

/// What a mapper answers over HTTP: the paths of KubeEdge's mapper-framework, health and metrics.
///
/// Unlike there nothing is written by a GET, and a refusal has the status that says why.
package struct RESTAPI: Sendable {
  let directory: any DeviceDirectory
  let health: MapperHealth
  let clock: MapperClock
  /// The metrics in Prometheus' text format; `nil` when they go elsewhere.
  let metrics: @Sendable () async -> String?
  /// Takes what is secret out of a sentence.
  private let mask: @Sendable (String) -> String

  package init(
    directory: any DeviceDirectory, health: MapperHealth, clock: MapperClock = .system,
    metrics: @escaping @Sendable () async -> String? = { nil }, mask: @escaping @Sendable (String) -> String = { $0 }
  ) {
    self.mask = mask
    self.directory = directory
    self.health = health
    self.clock = clock
    self.metrics = metrics
  }

  /// Answers a request.
  package func answer(_ request: RESTRequest) async -> RESTAnswer {
    let answer: RESTAnswer
    do throws(RESTError) {
      answer = try await route(request)
    } catch {
      answer = RESTAnswer(RESTError(error.status, error.reason, mask(error.message), allow: error.allow), now: clock.now())
    }
    Counter(label: "mapper_http_requests_total", dimensions: [("code", "\(answer.status)")]).increment()
    return answer
  }

  private func route(_ request: RESTRequest) async throws(RESTError) -> RESTAnswer {
    let path = request.path
    switch path.first {
    case "livez", "readyz", "healthz", "metrics":
      guard path.count == 1 else { throw unknown(request) }
      try allow(["GET"], request)
      return path[0] == "metrics" ? try await metricsAnswer() : healthAnswer(request)
    case "api" where path.count >= 3 && path[1] == "v1": break
    default: throw unknown(request)
    }
    let rest = Array(path.dropFirst(3))
    switch (path[2], rest.count) {
    case ("ping", 0):
      try allow(["GET"], request)
      return answer(["Message": "This is v1 API, the server is running normally."])
    case ("device", 0):
      try allow(["GET"], request)
      return await listDevices()
    case ("device", 3): return try await property(rest[2], of: DeviceName(namespace: rest[0], name: rest[1]), request)
    case ("devicemethod", 2):
      try allow(["GET"], request)
      return try await listMethods(of: DeviceName(namespace: rest[0], name: rest[1]))
    case ("devicemethod", 3), ("devicemethod", 5):
      return try await call(rest[2], of: DeviceName(namespace: rest[0], name: rest[1]), request, Array(rest.dropFirst(3)))
    case ("meta", 3) where rest[0] == "model":
      try allow(["GET"], request)
      return try await model(of: DeviceName(namespace: rest[1], name: rest[2]))
    case ("database", _):
      throw RESTError(
        501, "notImplemented", "this mapper keeps no history of values; read a property, or follow the Device at the API server")
    default: throw unknown(request)
    }
  }

  private func unknown(_ request: RESTRequest) -> RESTError {
    RESTError(
      404, "unknownPath",
      "there is nothing at /\(request.path.joined(separator: "/").prefix(256)); devices are at /api/v1/device/{namespace}/{name}/{property}"
    )
  }

  func answer(_ members: JSONValue) -> RESTAnswer { RESTAnswer(200, members, now: clock.now()) }

  /// - Throws: ``RESTError`` 405 for another method; `HEAD` goes with `GET`.
  func allow(_ methods: [String], _ request: RESTRequest, else sentence: String? = nil) throws(RESTError) {
    guard !methods.contains(request.method), !(request.method == "HEAD" && methods.contains("GET")) else { return }
    let known = methods.joined(separator: " or ")
    throw RESTError(
      405, "methodNotAllowed", sentence ?? "this path takes \(known), not \(request.method.prefix(16))", allow: methods)
  }

  // MARK: Health and metrics

  private func healthAnswer(_ request: RESTRequest) -> RESTAnswer {
    guard request.path[0] == "readyz" else { return RESTAnswer(200, text: "ok") }
    let state = health.state
    let isReady = state.allSatisfy(\.isOK)
    guard !isReady || request.query["verbose"] != nil else { return RESTAnswer(200, text: "ok") }
    let lines = state.map { $0.isOK ? "[+]\($0.name) ok\n" : "[-]\($0.name) failed\n" }
    return RESTAnswer(isReady ? 200 : 503, text: lines.joined() + (isReady ? "readyz check passed\n" : "readyz check failed\n"))
  }

  private func metricsAnswer() async throws(RESTError) -> RESTAnswer {
    guard let text = await metrics() else {
      throw RESTError(501, "notImplemented", "this mapper's metrics go elsewhere: another metrics backend is bootstrapped")
    }
    return RESTAnswer(200, text: text, contentType: "text/plain; version=0.0.4; charset=utf-8")
  }
}
