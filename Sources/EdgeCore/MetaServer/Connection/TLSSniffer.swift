import JSON
import NIOCore

/// Tells a client that speaks HTTP where TLS is spoken, instead of a handshake that nobody understands.
final class TLSSniffer: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// The first byte of a handshake.
  private static let handshake: UInt8 = 0x16

  private var isPlain = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isPlain, let first = unwrapInboundIn(data).readableBytesView.first else { return }
    guard first != Self.handshake else {
      context.fireChannelRead(data)
      context.pipeline.syncOperations.removeHandler(self, promise: nil)
      return
    }
    isPlain = true
    let status = APIStatus.badRequest("the API is served with TLS here: write https://")
    let body = status.json.serialized + [0x0A]
    var answer = context.channel.allocator.buffer(capacity: body.count + 128)
    answer.writeString(
      "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: \(body.count)\r\n\r\n")
    answer.writeBytes(body)
    context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
    context.close(promise: nil)
  }
}
