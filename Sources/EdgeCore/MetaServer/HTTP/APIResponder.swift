import DeviceAPI
import HTTPTypes
package import Hummingbird
import JSON
package import Logging
import NIOCore
import ServiceLifecycle

/// Turns HTTP into calls of ``MetaServer`` and its answers into HTTP.
package struct APIResponder: HTTPResponder {
  package typealias Context = BasicRequestContext

  private let server: MetaServer
  private let door: RequestDoor
  private let metrics: RequestMetrics
  private let logger: Logger

  package init(server: MetaServer, door: RequestDoor, metrics: RequestMetrics = RequestMetrics(), logger: Logger) {
    self.server = server
    self.door = door
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
    do {
      try door.check(authority: request.head.authority, origin: request.headers[.origin])
      let target = try APIRequest(path: request.uri.path, query: Self.query(of: request))
      let call = MetaServer.Call(
        method: request.method.rawValue, request: target, accept: Acceptance(request.headers[.accept]),
        contentType: request.headers[.contentType], body: [])
      if request.method == .get, case .collection(let kind, let version, let namespace) = target.target, target.flag("watch") {
        isWatch = true
        return try await watch(kind, version, namespace, call, request)
      }
      return Self.response(try await server.answer(try await Self.withBody(call, request)))
    } catch let status as APIStatus {
      logger.debug("refused", metadata: ["path": "\(request.uri.path)", "code": "\(status.code)", "message": "\(status.message)"])
      return Self.response(APIAnswer(status))
    } catch let error as EdgeCoreError where error.code == .storage {
      return Self.response(APIAnswer(APIStatus(507, "InternalError", error.message)))
    } catch let error as EdgeCoreError where error.code == .stopping {
      return Self.response(APIAnswer(APIStatus(503, "ServiceUnavailable", error.message)))
    } catch {
      logger.error("request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
      return Self.response(APIAnswer(APIStatus(500, "InternalError", "internal error: \(error)")))
    }
  }

  private static func query(of request: Request) -> [String: String] {
    var query: [String: String] = [:]
    for (key, value) in request.uri.queryParameters { query[String(key)] = String(value) }
    return query
  }

  private static func withBody(_ call: MetaServer.Call, _ request: Request) async throws -> MetaServer.Call {
    var call = call
    guard request.method != .get else { return call }
    do {
      call.body = Array(buffer: try await request.body.collect(upTo: RequestBody.maximumBytes))
    } catch is NIOTooManyBytesError {
      throw APIStatus(413, "RequestEntityTooLarge", "the body is larger than the \(RequestBody.maximumBytes) bytes allowed")
    } catch let error as HTTPError where error.status == .contentTooLarge {
      throw APIStatus(413, "RequestEntityTooLarge", "the body is larger than the \(RequestBody.maximumBytes) bytes allowed")
    }
    return call
  }

  /// `Warning`, which kubectl prints; `nil` is for names that are none.
  private static let warningName = HTTPField.Name("Warning")

  private static func response(_ answer: APIAnswer) -> Response {
    var headers = HTTPFields()
    let bytes: [UInt8]
    switch answer.body {
    case .json(let json):
      headers[.contentType] = answer.contentType ?? "application/json"
      bytes = json.serialized + [0x0A]
    case .text(let text):
      headers[.contentType] = answer.contentType ?? "text/plain; charset=utf-8"
      bytes = Array(text.utf8)
    }
    if let warningName {
      for warning in answer.warnings { headers.append(HTTPField(name: warningName, value: "299 - \(quoted(warning))")) }
    }
    return Response(
      status: HTTPResponse.Status(code: answer.code), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// A quoted string of a header: one line of visible ASCII.
  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case " "..."~": String(scalar)
      default: " "
      }
    }
    return "\"\(escaped.joined())\""
  }

  // MARK: Watching

  private func watch(
    _ kind: ObjectKind, _ version: ObjectVersion, _ namespace: String?, _ call: MetaServer.Call, _ request: Request
  ) async throws -> Response {
    let options = try WatchStream.Options(call.request)
    let selection = try server.selection(kind, namespace, call.request)
    let stream = WatchStream(
      kind: kind, version: version, isTable: call.accept.isTable, clock: server.clock)
    guard let subscription = await server.meta.watch(selection, after: options.resourceVersion) else {
      let status = APIStatus.expired("too old resource version: \(options.resourceVersion ?? 0); list again")
      return Self.watchResponse { try await $0.write(ByteBuffer(bytes: stream.error(status))) }
    }
    let meta = server.meta
    let clock = server.clock
    return Self.watchResponse { writer in
      let ended: Result<Void, any Error>
      do {
        ended = .success(
          // A client that leaves would not be noticed by writing before the next event.
          try await request.body.consumeWithInboundCloseHandler { _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
              group.addTask {
                try? await clock.sleep(milliseconds: options.seconds * 1_000)
                subscription.end()
              }
              defer { group.cancelAll() }
              try await Self.write(subscription, as: stream, options, to: &writer)
            }
          } onInboundClosed: {
            subscription.end()
          })
      } catch {
        ended = .failure(error)
      }
      await meta.leave(subscription)
      try ended.get()
    }
  }

  @concurrent private static func write(
    _ subscription: MetaManager.Subscription, as stream: WatchStream, _ options: WatchStream.Options,
    to writer: inout any ResponseBodyWriter
  ) async throws {
    for line in stream.initial(subscription, options: options) { try await writer.write(ByteBuffer(bytes: line)) }
    do {
      for try await event in subscription.events.cancelOnGracefulShutdown() {
        try await writer.write(ByteBuffer(bytes: stream.line(for: event)))
      }
    } catch is WatcherLagged {
      let status = APIStatus.expired("the watcher reads too slowly; list again")
      try await writer.write(ByteBuffer(bytes: stream.error(status)))
    }
  }

  private static func watchResponse(_ write: @escaping @concurrent @Sendable (inout any ResponseBodyWriter) async throws -> Void)
    -> Response
  {
    Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: ResponseBody { writer in
        try await write(&writer)
        try await writer.finish(nil)
      })
  }
}
