import Glibc
import JSON
import NIOCore
import NIOHTTP1

/// Stands between a connection's bytes and who answers them: what isn't a whole request in time, or is none, is refused here, and
/// who takes nothing of what is sent is let go.
///
/// Decisions are ``ConnectionState``'s.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private var state: ConnectionState
  private let onRefusal: (APIStatus) -> Void
  private var timer: (at: Int64, task: Scheduled<Void>)?
  /// The request that is answered last came with HTTP/1.0, which knows no chunks.
  private var isLastOld = false
  /// Bytes of bodies that were handed on to be sent.
  private var written = 0
  private var isFinished = false
  /// The connection is gone.
  private var isOver = false
  /// Whether what is being read began as a request does.
  private var beginsLikeRequest = false

  /// - Parameter onRefusal: Told of every request that is answered here.
  init(state: ConnectionState, onRefusal: @escaping (APIStatus) -> Void) {
    self.state = state
    self.onRefusal = onRefusal
  }

  static var now: Int64 { Int64(NIODeadline.now().uptimeNanoseconds / 1_000_000) }

  func handlerAdded(context: ChannelHandlerContext) { arm(context) }

  func handlerRemoved(context: ChannelHandlerContext) { disarm() }

  func channelInactive(context: ChannelHandlerContext) {
    disarm()
    context.fireChannelInactive()
  }

  private func disarm() {
    isOver = true
    timer?.task.cancel()
    timer = nil
  }

  // MARK: What comes

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard let arrival = event as? ByteCounter.Arrival else { return context.fireUserInboundEventTriggered(event) }
    if state.isResting { beginsLikeRequest = arrival.beginsLikeRequest }
    perform(state.received(bytes: arrival.bytes, now: Self.now), context)
    arm(context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(var head):
      let facts = ConnectionState.RequestFacts(
        target: head.uri.utf8.count, isKeepAlive: head.isKeepAlive,
        contentLength: head.headers.first(name: "content-length").map { Int($0) ?? .max },
        expectation: head.version == .http1_0 ? nil : head.headers.first(name: "expect"))
      switch state.received(facts, now: Self.now) {
      case .take(let wantsContinue):
        // The server behind looks for this very word.
        if state.isLast { head.headers.replaceOrAdd(name: "connection", value: "close") }
        isLastOld = head.version == .http1_0
        if wantsContinue {
          context.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
        }
        context.fireChannelRead(wrapInboundOut(.head(head)))
        if state.isDiscarding { context.read() }
      case .drop(let action): perform(action, context)
      }
    case .body(let bytes):
      if state.receivedBody(bytes: bytes.readableBytes) {
        context.fireChannelRead(data)
        if state.isDiscarding { context.read() }
      }
    case .end:
      if state.receivedEnd(now: Self.now) { context.fireChannelRead(data) }
    }
    arm(context)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.fireChannelReadComplete()
    // Whoever waits behind doesn't ask for what is thrown away.
    if state.isDiscarding { context.read() }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
    perform(state.received(malformed: APIStatus(malformed: error, beginsLikeRequest: beginsLikeRequest)), context)
    arm(context)
  }

  // MARK: What goes

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard state.isWritable else {
      promise?.fail(ChannelError.outputClosed)
      return
    }
    switch unwrapOutboundIn(data) {
    case .head(var head) where state.isLastAnswer && !head.isInformational:
      head.headers.replaceOrAdd(name: "connection", value: "close")
      if isLastOld { head.version = .http1_0 }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body(let bytes):
      written += bytes.readableBytes
      context.write(data, promise: promise)
    case .end:
      context.writeAndFlush(data, promise: promise)
      perform(state.answered(now: Self.now), context)
    default: context.write(data, promise: promise)
    }
    state.wrote(sent: written - unsent(context), now: Self.now)
    arm(context)
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    if mode == .output {
      finish(context, promise)
    } else {
      context.close(mode: mode, promise: promise)
    }
  }

  // MARK: Acting

  private func perform(_ action: ConnectionState.Action, _ context: ChannelHandlerContext) {
    switch action {
    case .nothing: break
    case .refuse(let status):
      refuse(status, context)
      perform(state.refused(), context)
    case .giveUp(let status):
      context.fireErrorCaught(status)
      context.read()
    case .finish: finish(context, nil)
    case .close: context.close(promise: nil)
    case .abort:
      _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
      context.close(promise: nil)
    }
  }

  private func refuse(_ status: APIStatus, _ context: ChannelHandlerContext) {
    onRefusal(status)
    let body = ByteBuffer(bytes: status.json.serialized + [0x0A])
    var head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status.code))
    head.headers = ["content-type": "application/json", "content-length": String(body.readableBytes), "connection": "close"]
    if let seconds = status.retryAfterSeconds { head.headers.add(name: "retry-after", value: String(seconds)) }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  private func finish(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
    guard !isFinished else {
      promise?.succeed()
      return
    }
    isFinished = true
    state.outputClosed(now: Self.now)
    // What isn't sent yet goes before it.
    context.flush()
    context.close(mode: .output, promise: promise)
    context.read()
    arm(context)
  }

  private func unsent(_ context: ChannelHandlerContext) -> Int {
    (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
  }

  // MARK: Time

  private func arm(_ context: ChannelHandlerContext) {
    guard !isOver, let deadline = state.deadline else { return }
    // One that goes off too early looks again: most deadlines move on before they come.
    if let timer {
      guard deadline < timer.at else { return }
      timer.task.cancel()
    }
    let task = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(max(1, deadline - Self.now))) {
      self.timer = nil
      let unsent = self.unsent(context)
      self.perform(self.state.timePassed(sent: self.written - unsent, unsent: unsent, now: Self.now), context)
      self.arm(context)
    }
    timer = (deadline, task)
  }
}

extension HTTPResponseHead {
  fileprivate var isInformational: Bool { status.code < 200 }
}

extension APIStatus {
  /// What is answered to bytes that aren't a request.
  fileprivate init(malformed error: HTTPParserError, beginsLikeRequest: Bool) {
    switch error {
    case .headerOverflow:
      self.init(431, "RequestHeaderFieldsTooLarge", "the request's headers are too long, or too many")
    case .invalidMethod where beginsLikeRequest:
      self.init(405, "MethodNotAllowed", "the server does not know the request's method")
    case .invalidVersion:
      self.init(505, "HTTPVersionNotSupported", "the server speaks HTTP/1.1")
    default: self.init(400, "BadRequest", "this is not a request of HTTP/1.1: \(error)")
    }
  }
}
