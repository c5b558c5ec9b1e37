import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server that answers each request with the next of the answers it was given, byte for byte as written.
final class ScriptedServer: Sendable {
  /// What happens on a connection once its request has arrived.
  enum Step: Sendable {
    /// Writes this text.
    case write(String)
    /// Closes the connection.
    case close
    /// Waits until ``ScriptedServer/proceed()`` is called.
    case pause
  }

  struct Request: Sendable {
    var method: String
    var uri: String
    var headers: HTTPHeaders
    var body: String
    /// The connection it came on, counted from 1.
    var connection: Int
  }

  private struct State {
    var connections = 0
    var answers: [[Step]] = []
    var requests: [Request] = []
    var permits = 0
    var paused: [CheckedContinuation<Void, Never>] = []
    var closed = 0
  }

  private let state = Mutex(State())
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let listening = Mutex<(any Channel)?>(nil)
  let port: Int

  var url: String { "http://127.0.0.1:\(port)" }
  var requests: [Request] { state.withLock { $0.requests } }
  /// How many connections are no more, whoever closed them.
  var closed: Int { state.withLock { $0.closed } }

  init(_ answers: [[Step]], port: Int = 0) async throws {
    state.withLock { $0.answers = answers }
    let owner = Mutex<ScriptedServer?>(nil)
    let channel = try await ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let operations = channel.pipeline.syncOperations
          try operations.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
          if let server = owner.withLock({ $0 }) { try operations.addHandler(Connection(server)) }
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
    self.port = channel.localAddress?.port ?? 0
    listening.withLock { $0 = channel }
    owner.withLock { $0 = self }
  }

  func add(_ answers: [[Step]]) { state.withLock { $0.answers += answers } }

  /// Lets one pause end, now or when it begins.
  func proceed() {
    let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard !state.paused.isEmpty else {
        state.permits += 1
        return nil
      }
      return state.paused.removeFirst()
    }
    waiting?.resume()
  }

  func stop() async throws {
    try await listening.withLock { $0 }?.close().get()
  }

  fileprivate func pause() async {
    await withCheckedContinuation { continuation in
      let goesOn = state.withLock { state in
        if state.permits > 0 {
          state.permits -= 1
          return true
        }
        state.paused.append(continuation)
        return false
      }
      if goesOn { continuation.resume() }
    }
  }

  fileprivate func take(_ request: Request) -> [Step] {
    state.withLock { state in
      state.requests.append(request)
      return state.answers.isEmpty
        ? [.write("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"), .close] : state.answers.removeFirst()
    }
  }

  fileprivate func sawClose() { state.withLock { $0.closed += 1 } }

  fileprivate func accept() -> Int {
    state.withLock { state in
      state.connections += 1
      return state.connections
    }
  }

  private final class Connection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    private let server: ScriptedServer
    private let number: Int
    private var head: HTTPRequestHead?
    private var body = ""

    init(_ server: ScriptedServer) {
      self.server = server
      number = server.accept()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head): self.head = head
      case .body(let bytes): body += String(buffer: bytes)
      case .end:
        guard let head else { return }
        let steps = server.take(
          Request(method: head.method.rawValue, uri: head.uri, headers: head.headers, body: body, connection: number))
        body = ""
        let channel = context.channel
        let server = server
        Task {
          for step in steps {
            switch step {
            case .write(let text): try await channel.writeAndFlush(ByteBuffer(string: text))
            case .close: try await channel.close()
            case .pause: await server.pause()
            }
          }
        }
      }
    }

    func channelInactive(context: ChannelHandlerContext) { server.sawClose() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}

extension ScriptedServer.Step {
  /// A whole answer, after which the connection is open still.
  static func kept(_ status: Int, _ body: String) -> [ScriptedServer.Step] {
    [.write("HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")]
  }

  /// A whole answer, the connection's last.
  static func answer(_ status: Int, _ body: String, headers: String = "") -> [ScriptedServer.Step] {
    [
      .write(
        "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nConnection: close\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
      ),
      .close,
    ]
  }

  /// The head of an answer in chunks.
  static let chunkedHead = ScriptedServer.Step.write(
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")

  /// One chunk.
  static func chunk(_ text: String) -> ScriptedServer.Step {
    .write("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
  }

  /// The end of an answer in chunks.
  static let lastChunk = ScriptedServer.Step.write("0\r\n\r\n")
}
