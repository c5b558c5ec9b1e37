import NIOCore
import NIOHTTP1

/// Moves the parts of one answer from its connection into the inbox.
final class ResponseHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  private let inbox: ResponseInbox
  private let server: String

  init(inbox: ResponseInbox, server: String) {
    self.inbox = inbox
    self.server = server
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    // An interim answer (100 Continue) is followed by the real one.
    case .head(let head): if head.status.code >= 200 { inbox.put(.head(head)) }
    case .body(let bytes): inbox.put(.body(bytes))
    case .end:
      inbox.end(.success(()))
      context.close(promise: nil)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if inbox.isWanted { context.read() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    inbox.end(.failure(.lost(server)))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    inbox.end(.failure(APIError(transport: error, server: server)))
    context.close(promise: nil)
  }
}
