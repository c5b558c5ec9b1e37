public import JSON
public import Logging
import NIOCore
import NIOHTTP1

// Written on NIO itself: AsyncHTTPClient would link the whole of Foundation into every mapper, more than the rest of a mapper together.

/// A client of a Kubernetes-style API server: edgecore's MetaServer, or KubeEdge's.
///
/// Paths are written plain, as `/apis/devices.kubeedge.io/v1beta1/namespaces/default/devices/pump 1`: the client
/// percent-encodes each of their segments.
public struct APIClient: Sendable {
  /// Limits and times of a client.
  public struct Options: Sendable {
    /// How long connecting may take.
    public var connectTimeout: Duration = .seconds(5)
    /// How long a whole request may take, connecting not counted; of a watch, until it begins.
    public var requestTimeout: Duration = .seconds(30)
    /// How long a watch is asked to last (`timeoutSeconds`); one that lasts 30 seconds longer is ended from this side.
    public var watchTimeout: Duration = .seconds(300)
    /// How long a connection waits for the next request before it is closed; zero for one connection a request.
    public var keepAlive: Duration = .seconds(2)
    /// The longest answer, in bytes.
    public var maximumBodyBytes = 64 << 20
    /// The longest event of a watch, in bytes.
    public var maximumEventBytes = 4 << 20
    /// What the `User-Agent` header says.
    public var userAgent = "swiftlet"
    /// How the client gets in.
    public var access = ServerAccess()
    /// Where requests and their answers are logged, at level debug.
    public var logger: Logger?

    /// The defaults.
    public init() {}
  }

  let address: ServerAddress
  let tls: TLSClient?
  let idle: IdleConnections
  /// Limits and times.
  public let options: Options

  /// The server's address, for instance `http://127.0.0.1:10550`.
  public var server: String { address.description }

  /// Whether the server is spoken to with TLS.
  public var usesTLS: Bool { address.usesTLS }

  /// A client of the server at `server`; nothing is sent yet.
  ///
  /// - Parameter server: `http://HOST:PORT` or `https://HOST:PORT`.
  /// - Throws: ``APIError`` with code `invalidServer`, or `invalidAccess` when what ``Options/access`` names can't be used.
  public init(server: String, options: Options = Options()) throws(APIError) {
    let address = try ServerAddress(server)
    tls = try address.usesTLS ? TLSClient(options.access, host: address.host, server: address.description) : nil
    guard options.access.token == nil || address.usesTLS || address.isLoopback else {
      throw APIError(
        .invalidAccess, server: address.description,
        "a token isn't shown to \(address), where everybody on the way could read it: write https://")
    }
    self.address = address
    self.options = options
    idle = IdleConnections(time: options.keepAlive)
  }

  /// Sends a request and takes its answer, whatever its status.
  ///
  /// - Parameters:
  ///   - method: `GET`, `POST`, …
  ///   - path: The path, not encoded.
  ///   - query: The query's items, not encoded.
  ///   - body: The document to send.
  ///   - contentType: What the document is, when it isn't plain JSON: the kind of a patch.
  ///   - accept: The kinds of answer that are wanted.
  /// - Throws: ``APIError`` when there is no whole answer.
  public func request(
    _ method: String,
    _ path: String,
    query: [(String, String)] = [],
    body: JSONValue? = nil,
    contentType: String = "application/json",
    accept: String = "application/json"
  ) async throws(APIError) -> APIResponse {
    let bytes = body?.serialized
    let head = try head(
      method, path, query: query, contentType: bytes.map { ($0.count, contentType) }, accept: accept,
      isKeptAlive: options.keepAlive > .zero)
    let start = ContinuousClock.now
    let response = try await response(head, bytes)
    options.logger?.debug(
      "\(method) \(server)\(head.uri) \(response.status)",
      metadata: ["bytes": "\(response.body.count)", "took": "\(ContinuousClock.now - start)"])
    return response
  }

  private func response(_ head: HTTPRequestHead, _ body: [UInt8]?) async throws(APIError) -> APIResponse {
    if let channel = idle.take() {
      do {
        return try await answer(of: Exchange(head, body: body, on: channel, server: server))
      } catch  where error.code == .connectionLost && head.method == .GET {
        // The server let go of the connection just then. What only reads can be asked once more.
      }
    }
    return try await answer(
      of: Exchange.start(head, body: body, to: address, tls: tls, connectTimeout: options.connectTimeout, idle: idle))
  }

  private func answer(of exchange: Exchange) async throws(APIError) -> APIResponse {
    let alarm = exchange.alarm(after: options.requestTimeout, .failure(timeoutError))
    defer { alarm.cancel() }
    return try await collect(exchange)
  }

  func head(
    _ method: String, _ path: String, query: [(String, String)], contentType: (length: Int, type: String)?, accept: String,
    isKeptAlive: Bool = false
  ) throws(APIError) -> HTTPRequestHead {
    var headers: HTTPHeaders = ["Host": address.authority, "User-Agent": options.userAgent, "Accept": accept]
    if !isKeptAlive { headers.add(name: "Connection", value: "close") }
    if let authorization = try options.access.authorization(server) { headers.add(name: "Authorization", value: authorization) }
    if let contentType {
      headers.add(name: "Content-Type", value: contentType.type)
      headers.add(name: "Content-Length", value: String(contentType.length))
    }
    let uri = address.prefix + PercentEncoding.path(path) + PercentEncoding.query(query)
    return HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: uri, headers: headers)
  }

  /// The whole answer, or what is still missing of one whose head was taken.
  func collect(_ exchange: Exchange, after head: HTTPResponseHead? = nil) async throws(APIError) -> APIResponse {
    var head = head
    var body: [UInt8] = []
    while let part = try await exchange.next() {
      switch part {
      case .head(let received):
        head = received
        if let length = received.headers.first(name: "Content-Length").flatMap(Int.init), length <= options.maximumBodyBytes {
          body.reserveCapacity(length)
        }
      case .body(let bytes):
        guard body.count + bytes.readableBytes <= options.maximumBodyBytes else {
          throw APIError(
            .tooLarge, server: server, "the answer of the API server at \(server) is longer than \(options.maximumBodyBytes) bytes")
        }
        body.append(contentsOf: bytes.readableBytesView)
      }
    }
    guard let head else { throw .lost(server) }
    return APIResponse(
      server: server, status: Int(head.status.code), headers: head.headers.map { (name: $0.name, value: $0.value) }, body: body)
  }

  var timeoutError: APIError {
    APIError(.timeout, server: server, "the API server at \(server) didn't answer within \(options.requestTimeout)")
  }
}
