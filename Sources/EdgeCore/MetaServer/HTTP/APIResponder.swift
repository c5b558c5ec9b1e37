import DeviceAPI
import HTTPTypes
package import Hummingbird
import JSON
package import Logging
import NIOCore

/// Turns HTTP into calls of ``MetaServer`` and its answers into HTTP.
package struct APIResponder: HTTPResponder {
  package typealias Context = BasicRequestContext

  let server: MetaServer
  private let door: RequestDoor
  private let access: APIAccess
  private let limits: APILimits
  private let budget: RequestBudget
  private let metrics: RequestMetrics
  private let logger: Logger

  package init(
    server: MetaServer, door: RequestDoor, access: APIAccess = .everybody, limits: APILimits = APILimits(),
    metrics: RequestMetrics = RequestMetrics(), logger: Logger
  ) {
    self.server = server
    self.door = door
    self.access = access
    self.limits = limits
    budget = RequestBudget(limits: limits)
    self.metrics = metrics
    self.logger = logger
  }

  package func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    var isWatch = false
    let response = await respond(to: request, isWatch: &isWatch)
    metrics.answered(request.method.rawValue, isWatch: isWatch, code: response.status.code)
    return response
  }

  private func respond(to request: Request, isWatch: inout Bool) async -> Response {
    let isHead = request.method == .head
    do {
      return try await answer(request, isHead: isHead, isWatch: &isWatch)
    } catch let status as APIStatus {
      logger.debug("refused", metadata: ["path": "\(request.uri.path)", "code": "\(status.code)", "message": "\(status.message)"])
      return Self.response(APIAnswer(status), isHead: isHead)
    } catch let error as EdgeCoreError where error.code == .storage {
      return Self.response(APIAnswer(APIStatus(507, "InternalError", error.message)), isHead: isHead)
    } catch let error as EdgeCoreError where error.code == .stopping {
      return Self.response(APIAnswer(APIStatus(503, "ServiceUnavailable", error.message)), isHead: isHead)
    } catch {
      logger.error("request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
      return Self.response(APIAnswer(APIStatus(500, "InternalError", "internal error: \(error)")), isHead: isHead)
    }
  }

  private func answer(_ request: Request, isHead: Bool, isWatch: inout Bool) async throws -> Response {
    try door.check(authority: request.head.authority, origin: request.headers[.origin])
    try door.check(method: request.method.rawValue, origin: request.headers[.origin], contentType: request.headers[.contentType])
    let path = Result { () throws(APIStatus) in
      try APIRequest(path: request.uri.path, query: Self.query(of: request), kinds: server.kinds)
    }
    // Before it is told what there is.
    let isAuthenticated = try access.check(request.headers[.authorization], for: try? path.get().target)
    let target = try path.get()
    var call = MetaServer.Call(
      // What GET answers, without the body.
      method: isHead ? "GET" : request.method.rawValue, request: target, accept: Acceptance(request.headers[.accept]),
      contentType: request.headers[.contentType], userAgent: request.headers[.userAgent], body: [],
      isAuthenticated: isAuthenticated)
    if case .health = target.target { return Self.response(try await server.answer(call), isHead: isHead) }
    if request.method == .get, case .collection(let kind, let version, let namespace) = target.target, target.flag("watch") {
      isWatch = true
      return try await watch(kind, version, namespace, call, request)
    }
    let share = try budget.begin()
    if case .collection = target.target, call.method == "GET" { try share.beginList() }
    if call.method != "GET" { call.body = try await body(of: request, share) }
    return Self.response(try await server.answer(call), isHead: isHead, share: share)
  }

  private static func query(of request: Request) -> [String: String] {
    var query: [String: String] = [:]
    // Go's and Python's clients write a blank as `+`, and a plus sign as `%2B`.
    for item in (request.uri.query ?? "").replacing("+", with: "%20").split(separator: "&") {
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
        $0.removingPercentEncoding ?? String($0)
      }
      // Of a parameter that is there twice the first counts, as in Kubernetes.
      if query[parts[0]] == nil { query[parts[0]] = parts.count > 1 ? parts[1] : "" }
    }
    return query
  }

  /// Reads a body, of which no more is kept than is allowed.
  ///
  /// - Throws: ``APIStatus`` 413 and 429; 400 and 408 for a body that never was whole.
  private func body(of request: Request, _ share: RequestBudget.Share) async throws -> [UInt8] {
    let tooLarge = APIStatus(413, "RequestEntityTooLarge", "Request entity too large: limit is \(limits.body)")
    if let length = request.headers[.contentLength].map({ Int($0) ?? .max }), length > limits.body { throw tooLarge }
    var body: [UInt8] = []
    do {
      for try await part in request.body {
        guard body.count + part.readableBytes <= limits.body else { throw tooLarge }
        try share.take(bytes: part.readableBytes)
        body.append(contentsOf: part.readableBytesView)
      }
    } catch let status as APIStatus {
      throw status
    } catch {
      throw APIStatus(400, "BadRequest", "the request's body ended before its time")
    }
    return body
  }
}
