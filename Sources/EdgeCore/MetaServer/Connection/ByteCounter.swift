import NIOCore

/// Tells whoever counts requests of the bytes they are made of: the parser only speaks up when a head is whole.
final class ByteCounter: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  /// An event of the pipeline, ahead of the bytes.
  struct Arrival {
    let bytes: Int
    /// A word in capital letters, then a space and a path.
    let beginsLikeRequest: Bool
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data).readableBytesView
    let word = bytes.prefix(32).prefix { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    let isRequest = !word.isEmpty && bytes.dropFirst(word.count).starts(with: " /".utf8)
    context.fireUserInboundEventTriggered(Arrival(bytes: bytes.count, beginsLikeRequest: isRequest))
    context.fireChannelRead(data)
  }
}
