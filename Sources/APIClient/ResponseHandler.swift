import NIOCore
import NIOHTTP1

/// A request on its way out, and where its answer goes.
struct OutgoingRequest: Sendable {
  let head: HTTPRequestHead
  let body: [UInt8]?
  let inbox: ResponseInbox
}

/// Sends one request after the other on a connection, and moves the parts of each answer into its inbox.
final class ResponseHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundIn = OutgoingRequest
  typealias OutboundOut = HTTPClientRequestPart

  private let server: String
  /// Weak, since a connection that waits there holds this handler.
  private weak var idle: IdleConnections?
  private var inbox: ResponseInbox?
  private var isKeptAlive = false

  init(server: String, idle: IdleConnections?) {
    self.server = server
    self.idle = idle
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let request = unwrapOutboundIn(data)
    inbox = request.inbox
    isKeptAlive = request.head.isKeepAlive
    context.write(wrapOutboundOut(.head(request.head)), promise: nil)
    if let body = request.body {
      context.write(wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: body)))), promise: nil)
    }
    context.write(wrapOutboundOut(.end(nil)), promise: promise)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // Nobody asked for this.
    guard let inbox else { return context.close(promise: nil) }
    switch unwrapInboundIn(data) {
    case .head(let head):
      // An interim answer (100 Continue) is followed by the real one.
      guard head.status.code >= 200 else { return }
      isKeptAlive = isKeptAlive && head.isKeepAlive
      inbox.put(.head(head))
    case .body(let bytes): inbox.put(.body(bytes))
    case .end:
      self.inbox = nil
      let channel = context.channel
      let idle = isKeptAlive ? idle : nil
      let isEnd = inbox.end(.success(())) { idle?.put(channel) }
      guard isEnd, idle != nil else { return context.close(promise: nil) }
      // While the connection waits, this tells when the server closes it.
      context.read()
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if inbox?.isWanted == true { context.read() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    idle?.remove(context.channel)
    inbox?.end(.failure(.lost(server)))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    inbox?.end(.failure(APIError(transport: error, server: server)))
    context.close(promise: nil)
  }
}
