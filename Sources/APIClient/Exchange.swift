import NIOCore
import NIOHTTP1
package import NIOPosix
import Synchronization

/// One request and its answer. A connection whose answer wasn't taken to its end is closed with the last reference.
final class Exchange: Sendable {
  private let channel: any Channel
  private let inbox: ResponseInbox
  private let server: String

  /// Sends a request on a connection that waited for one.
  init(_ head: HTTPRequestHead, body: [UInt8]?, on channel: any Channel, server: String) {
    self.channel = channel
    self.server = server
    let inbox = ResponseInbox()
    self.inbox = inbox
    let sent = channel.eventLoop.makePromise(of: Void.self)
    sent.futureResult.whenFailure { inbox.end(.failure(APIError(transport: $0, server: server))) }
    channel.writeAndFlush(OutgoingRequest(head: head, body: body, inbox: inbox), promise: sent)
  }

  deinit { stop(.failure(.lost(server))) }

  /// Connects and sends a request.
  ///
  /// - Parameter idle: Where the connection waits for the next request when this one is answered.
  static func start(
    _ head: HTTPRequestHead, body: [UInt8]?, to address: ServerAddress, tls: TLSClient?, connectTimeout: Duration,
    idle: IdleConnections? = nil
  ) async throws(APIError) -> Exchange {
    let server = address.description
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
              if let tls { try channel.pipeline.syncOperations.addHandler(try tls.handler()) }
              try channel.pipeline.syncOperations.addHTTPClientHandlers()
              try channel.pipeline.syncOperations.addHandler(ResponseHandler(server: server, idle: idle))
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
      return Exchange(head, body: body, on: channel, server: server)
    } catch {
      throw Task.isCancelled ? APIError(transport: CancellationError(), server: server) : APIError(transport: error, server: server)
    }
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

  /// Ends the answer from this side, unless it is over: its connection may serve the next request already.
  func stop(_ result: Result<Void, APIError>) {
    if inbox.end(result) { channel.close(promise: nil) }
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
