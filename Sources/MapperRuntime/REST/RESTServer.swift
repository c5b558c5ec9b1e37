internal import APIClient
internal import Glibc
internal import HTTPTypes
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import ServiceLifecycle

// Hummingbird's core, without its router and full Foundation: measured in a release build of temperature-mapper, serving with it costs
// 0.4 MiB of resident memory idle (24.2 MiB without any server) and 3.2 MB of executable, less than what it spares in code.

/// Serves a mapper's HTTP API on the loopback address.
package struct RESTServer: Service {
  /// What bounds memory and time.
  private enum Limits {
    static let connections = 32
    static let headerBytes = 16 << 10
    static let headerFields = 64
    /// A connection on which nothing comes, between requests or within one.
    static let idle = TimeAmount.seconds(30)
    /// A whole body.
    static let body = Duration.seconds(10)
  }

  /// The port that is listened on; 0 lets the system choose.
  private let port: Int
  private let api: RESTAPI
  private let logger: Logger
  private let onListening: @Sendable (_ port: Int) -> Void

  /// - Parameters:
  ///   - port: The port; 0 lets the system choose.
  ///   - onListening: Told the port once it is listened on.
  package init(port: Int, api: RESTAPI, logger: Logger, onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }) {
    self.port = port
    self.api = api
    self.logger = logger
    self.onListening = onListening
  }

  /// Finds out whether the port can be listened on, without listening.
  ///
  /// - Throws: ``RESTServerError``.
  package func check() throws(RESTServerError) {
    guard port != 0 else { return }
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw RESTServerError(port: port, errno: errno) }
    defer { close(descriptor) }
    // As the server does: a port whose last connections are still closing can be listened on.
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    guard result == 0 else { throw RESTServerError(port: port, errno: errno) }
  }

  /// Serves until shut down.
  ///
  /// - Throws: ``RESTServerError`` when the port can't be listened on.
  package func run() async throws {
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    let logger = logger
    let onListening = onListening
    let port = port
    let server = Server(
      childChannelSetup: HTTP1Channel(
        responder: { [api] request, writer, _ in try await Self.respond(to: request, writer, api) },
        configuration: .init(
          idleTimeout: Limits.idle,
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: Limits.headerBytes, maxHeaderListSize: Limits.headerBytes, maxHeaderFieldCount: Limits.headerFields))),
      configuration: ServerConfiguration(
        address: .hostname("127.0.0.1", port: port),
        availableConnectionsDelegate: MaximumAvailableConnections(Limits.connections, logger: quiet)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? port
        logger.info("REST API, health and metrics at http://127.0.0.1:\(port)")
        onListening(port)
      },
      eventLoopGroup: EventLoops.shared, logger: quiet)
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        group.addTask {
          try await gracefulShutdown()
          // A request that is being answered gets a moment; a device that hangs must not hold up the end.
          try await Task.sleep(for: .milliseconds(500))
        }
        defer { group.cancelAll() }
        try await group.next()
      }
    } catch is CancellationError {
      return
    } catch let error as IOError {
      throw RESTServerError(port: port, errno: error.errnoCode)
    }
  }

  @concurrent private static func respond(to request: Request, _ writer: consuming ResponseWriter, _ api: RESTAPI) async throws {
    let answer = await answer(to: request, api)
    var head = HTTPResponse(status: HTTPResponse.Status(code: answer.status))
    head.headerFields[.contentType] = answer.contentType
    head.headerFields[.contentLength] = String(answer.body.count)
    head.headerFields[.cacheControl] = "no-store"
    if !answer.allow.isEmpty { head.headerFields[.allow] = answer.allow.joined(separator: ", ") }
    let body = request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
    try await writer.write(response: head, body: body)
  }

  private static func answer(to request: Request, _ api: RESTAPI) async -> RESTAnswer {
    do throws(RESTError) {
      try RESTDoor.check(
        authority: request.head.authority, origin: request.headers[.origin],
        site: HTTPField.Name("Sec-Fetch-Site").flatMap { request.headers[$0] })
      var call = try RESTRequest(
        method: request.method.rawValue, target: request.head.path ?? "/", contentType: request.headers[.contentType])
      if request.method != .get, request.method != .head { call.body = try await body(of: request) }
      return await api.answer(call)
    } catch {
      return RESTAnswer(error, now: api.clock.now())
    }
  }

  private static func body(of request: Request) async throws(RESTError) -> [UInt8] {
    let result = await withTaskGroup(of: Result<[UInt8], RESTError>.self) { group in
      group.addTask {
        do {
          return .success(Array(buffer: try await request.body.collect(upTo: RESTBody.maximumBytes)))
        } catch is NIOTooManyBytesError {
          return .failure(RESTError(413, "tooLarge", "the body is larger than the \(RESTBody.maximumBytes) bytes allowed"))
        } catch {
          return .failure(RESTError(400, "malformed", "the body ended before its time"))
        }
      }
      group.addTask {
        try? await Task.sleep(for: Limits.body)
        return .failure(RESTError(408, "timeout", "the body didn't come in time"))
      }
      defer { group.cancelAll() }
      return await group.next() ?? .failure(RESTError(400, "malformed", "there is no body"))
    }
    return try result.get()
  }
}
