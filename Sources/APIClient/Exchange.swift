import NIOCore
import NIOHTTP1
package import NIOPosix
import Synchronization

/// One request and its answer on a connection of their own, which is closed with the last reference.
///
/// A mapper asks rarely and watches long, so connections aren't kept for the next request.
final class Exchange: Sendable {
  private let channel: any Channel
  private let inbox: ResponseInbox
  private let server: String

  private init(channel: any Channel, inbox: ResponseInbox, server: String) {
    self.channel = channel
    self.inbox = inbox
    self.server = server
  }

  deinit { channel.close(promise: nil) }

  /// Connects and sends a request.
  static func start(
    _ head: HTTPRequestHead, body: [UInt8]?, to address: ServerAddress, connectTimeout: Duration
  ) async throws(APIError) -> Exchange {
    let server = address.description
    let inbox = ResponseInbox()
    let pending = Mutex<(channel: (any Channel)?, isCancelled: Bool)>((nil, false))
    do {
      let channel = try await withTaskCancellationHandler {
        try await ClientBootstrap(group: EventLoops.shared)
          .connectTimeout(TimeAmount(connectTimeout))
          .channelOption(.autoRead, value: false)
          .channelInitializer { channel in
            let isCancelled = pending.withLock { pending in
              pending.channel = channel
              return pending.isCancelled
            }
            return channel.eventLoop.makeCompletedFuture {
              if isCancelled { throw CancellationError() }
              try channel.pipeline.syncOperations.addHTTPClientHandlers()
              try channel.pipeline.syncOperations.addHandler(ResponseHandler(inbox: inbox, server: server))
            }
          }
          .connect(host: address.host, port: address.port).get()
      } onCancel: {
        let channel = pending.withLock { pending in
          pending.isCancelled = true
          return pending.channel
        }
        channel?.close(promise: nil)
      }
      let exchange = Exchange(channel: channel, inbox: inbox, server: server)
      exchange.send(head, body)
      return exchange
    } catch {
      throw Task.isCancelled ? APIError(transport: CancellationError(), server: server) : APIError(transport: error, server: server)
    }
  }

  private func send(_ head: HTTPRequestHead, _ body: [UInt8]?) {
    channel.write(HTTPClientRequestPart.head(head), promise: nil)
    if let body { channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil) }
    channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
  }

  /// The next part of the answer; `nil` after the last.
  func next() async throws(APIError) -> ResponseInbox.Part? {
    do {
      return try await withTaskCancellationHandler {
        try await inbox.next { [channel] in channel.read() }
      } onCancel: {
        stop(.failure(APIError(transport: CancellationError(), server: server)))
      }
    } catch {
      throw APIError(transport: error, server: server)
    }
  }

  /// Ends the answer from this side.
  func stop(_ result: Result<Void, APIError>) {
    inbox.end(result)
    channel.close(promise: nil)
  }

  /// Ends the answer from this side when a time has passed, unless the alarm is cancelled before.
  func alarm(after time: Duration, _ result: Result<Void, APIError>) -> Scheduled<Void> {
    channel.eventLoop.scheduleTask(in: TimeAmount(time)) { [weak self] in self?.stop(result) }
  }
}

/// The threads that serve all clients of this process, and a mapper's own server.
package enum EventLoops {
  /// One thread: a client's connections are few and wait most of their lives.
  package static let shared = MultiThreadedEventLoopGroup(numberOfThreads: 1)
}
