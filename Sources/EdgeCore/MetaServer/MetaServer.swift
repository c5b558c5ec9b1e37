import DeviceAPI
import JSON
import YAML

/// Answers requests of the Kubernetes API for devices, models and events from MetaManager.
package struct MetaServer: Sendable {
  /// Whether a part of edgecore works, for `/readyz`.
  package typealias ReadinessCheck = @Sendable () async -> (name: String, isReady: Bool)

  let meta: MetaManager
  let writer: ObjectWriter
  let clock: any EdgeClock
  let readiness: [ReadinessCheck]
  let metrics: @Sendable () async -> String
  /// The kinds that are served.
  package let kinds: [ObjectKind]
  private let discovery: DiscoveryDocuments

  /// - Parameter metrics: Everything that is counted, in Prometheus' text format.
  package init(
    meta: MetaManager, writer: ObjectWriter, clock: any EdgeClock, readiness: [ReadinessCheck] = [],
    metrics: @escaping @Sendable () async -> String = { "" }, kinds: [ObjectKind] = ObjectKind.served
  ) {
    self.kinds = kinds
    discovery = DiscoveryDocuments(kinds: kinds)
    self.meta = meta
    self.writer = writer
    self.clock = clock
    self.readiness = readiness
    self.metrics = metrics
  }

  /// A request as far as it matters here.
  package struct Call: Sendable {
    package var method: String
    package var request: APIRequest
    package var accept: Acceptance
    package var contentType: String?
    package var userAgent: String?
    package var body: [UInt8]
    /// Whether the client has shown a credential; never, where the API asks for none.
    package var isAuthenticated: Bool

    package init(
      method: String, request: APIRequest, accept: Acceptance, contentType: String? = nil, userAgent: String? = nil, body: [UInt8] = [],
      isAuthenticated: Bool = false
    ) {
      self.method = method
      self.request = request
      self.accept = accept
      self.contentType = contentType
      self.userAgent = userAgent
      self.body = body
      self.isAuthenticated = isAuthenticated
    }
  }

  /// Answers everything but a watch.
  ///
  /// - Throws: ``APIStatus``, or what keeps the store from working.
  package func answer(_ call: Call) async throws -> APIAnswer {
    switch call.request.target {
    case .health(let name): return await health(name)
    case .metrics:
      guard call.method == "GET" else { throw notAllowed(call) }
      return APIAnswer(200, .text(await metrics()), contentType: "text/plain; version=0.0.4; charset=utf-8")
    case .discovery(let path): return try await discover(path, call)
    case .collection(let kind, let version, let namespace):
      try accept(call)
      switch call.method {
      case "GET": return inForm(try await list(kind, version, namespace, call), call)
      case "POST":
        try allow("create", kind, call)
        guard (namespace != nil) == kind.isNamespaced else { throw APIRequest.unknown("POST of \(kind.plural) without a namespace") }
        return inForm(try await create(kind, version, namespace ?? "", call), call)
      case "DELETE":
        try allow("deletecollection", kind, call)
        guard (namespace != nil) == kind.isNamespaced else { throw APIRequest.unknown("DELETE of \(kind.plural) in all namespaces") }
        return inForm(try await deleteCollection(kind, version, namespace, call), call)
      case "PUT", "PATCH": throw APIStatus.badRequest("name must be provided")
      default: throw notAllowed(call)
      }
    case .object(let key, let version, DeviceHistory.subresource?):
      guard call.method == "GET" else { throw notAllowed(call, key.kind) }
      return inForm(try await history(key, version, call.request), call)
    case .object(let key, let version, let subresource):
      try accept(call)
      switch call.method {
      case "GET":
        let options = try ListOptions(call.request.query)
        if case .notOlderThan(let least) = options.match, case let current = await meta.lastResourceVersion, least > current {
          throw Self.status(of: .tooNew(current: current), options)
        }
        guard let object = await meta.object(key.source) else { throw APIStatus.notFound(key) }
        return inForm(try show(object, key.kind, version, call), call)
      case "PUT", "PATCH":
        try allow(call.method == "PUT" ? "update" : "patch", key.kind, call)
        return inForm(try await update(key, version, isStatus: subresource != nil, call), call)
      case "POST" where subresource == nil:
        try allow("create", key.kind, call)
        return inForm(try await create(key.kind, version, key.namespace, call), call)
      case "DELETE" where subresource == nil:
        try allow("delete", key.kind, call)
        return inForm(try await delete(key, version, call), call)
      default: throw notAllowed(call, key.kind)
      }
    }
  }

  private func discover(_ path: String, _ call: Call) async throws -> APIAnswer {
    guard call.method == "GET" else { throw notAllowed(call) }
    if !path.hasPrefix("/openapi/") { try accept(call) }
    // kubectl asks for version 2 about kinds that version 3 doesn't have, in protobuf; a document without anything in it is
    // zero bytes there, and has kubectl say that there is no such kind.
    if path == "/openapi/v2" {
      return APIAnswer(200, .text(""), contentType: "application/com.github.proto-openapi.spec.v2.v1.0+protobuf")
    }
    let isAggregated = call.accept.isAggregatedDiscovery && (path == "/api" || path == "/apis")
    let drivers = path.hasPrefix("/openapi/") ? await meta.drivers : []
    guard let document = discovery.document(at: path, isAggregated: isAggregated, drivers: drivers) else {
      throw APIStatus(404, "NotFound", "the server could not find the requested resource: \(path)")
    }
    guard isAggregated else { return inForm(APIAnswer(200, .json(document)), call) }
    return APIAnswer(200, .json(document), contentType: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
  }

  // MARK: What is allowed, and in which form

  private func notAllowed(_ call: Call, _ kind: ObjectKind? = nil) -> APIStatus {
    APIStatus(
      405, "MethodNotAllowed", "the server does not allow the method \(call.method.prefix(16)) on the requested resource",
      kind: kind?.plural, group: kind?.group ?? "")
  }

  private func allow(_ verb: String, _ kind: ObjectKind, _ call: Call) throws(APIStatus) {
    guard !kind.definition.verbs.contains(verb) else { return }
    throw APIStatus(
      405, "MethodNotAllowed", "\(verb) is not supported on resources of kind \"\(kind.qualifiedPlural)\"", kind: kind.plural,
      group: kind.group)
  }

  private func accept(_ call: Call) throws(APIStatus) {
    guard !call.accept.isPossible else { return }
    throw APIStatus(406, "NotAcceptable", "only the following media types are accepted: application/json, application/yaml")
  }

  /// The answer as YAML, when the client wants that.
  private func inForm(_ answer: APIAnswer, _ call: Call) -> APIAnswer {
    guard call.accept.isYAML else { return answer }
    var answer = answer
    switch answer.body {
    case .json(let json): answer.body = .text(json.yaml)
    case .list(let list): answer.body = .text(list.json.yaml)
    case .text: return answer
    }
    answer.contentType = "application/yaml"
    return answer
  }

  private func health(_ name: String) async -> APIAnswer {
    guard name == "readyz" else { return APIAnswer(200, .text("ok")) }
    var lines: [String] = []
    var isReady = true
    for check in readiness {
      let (name, isOK) = await check()
      lines.append(isOK ? "[+]\(name) ok" : "[-]\(name) failed")
      isReady = isReady && isOK
    }
    return isReady ? APIAnswer(200, .text("ok")) : APIAnswer(503, .text(lines.joined(separator: "\n") + "\n"))
  }
}
