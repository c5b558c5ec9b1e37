import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL

/// A connection of the API: HTTP/1.1 with a ``ConnectionGuard`` in front.
struct APIChannel: ServerChildChannel {
  typealias Value = HTTP1Channel.Value

  private let http: HTTP1Channel
  private let limits: APILimits
  private let count: ConnectionCount
  private let metrics: RequestMetrics
  private let certificates: CertificateStore?

  /// - Parameter certificates: What is served with TLS; `nil` for no TLS.
  init(
    responder: @escaping HTTPChannelHandler.Responder, limits: APILimits, count: ConnectionCount, metrics: RequestMetrics,
    certificates: CertificateStore?
  ) {
    http = HTTP1Channel(
      responder: responder,
      configuration: .init(
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: limits.head, maxHeaderListSize: limits.head, maxHeaderFieldCount: limits.headerFields)))
    self.limits = limits
    self.count = count
    self.metrics = metrics
    self.certificates = certificates
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    let isRefused = count.enter() > limits.connections
    channel.closeFuture.whenComplete { [count] _ in count.leave() }
    let metrics = metrics
    let state = ConnectionState(limits: limits, isRefused: isRefused, now: ConnectionGuard.now)
    if let context = certificates?.context {
      do {
        try channel.pipeline.syncOperations.addHandlers([TLSSniffer(), NIOSSLServerHandler(context: context)])
      } catch {
        return channel.eventLoop.makeFailedFuture(error)
      }
    }
    return http.setup(channel: channel, logger: logger).flatMapThrowing { value in
      let pipeline = channel.pipeline.syncOperations
      let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try pipeline.addHandler(ByteCounter(), position: .before(decoder))
      let guardian = ConnectionGuard(state: state) { metrics.answered("", isWatch: false, code: $0.code) }
      try pipeline.addHandler(guardian, position: .after(decoder))
      return value
    }
  }

  func handle(value: Value, logger: Logger) async { await http.handle(value: value, logger: logger) }
}

extension HTTPServerBuilder {
  /// HTTP/1.1 for the API, with TLS where there are certificates.
  static func api(limits: APILimits, metrics: RequestMetrics, certificates: CertificateStore?) -> HTTPServerBuilder {
    let count = ConnectionCount()
    return HTTPServerBuilder {
      APIChannel(responder: $0, limits: limits, count: count, metrics: metrics, certificates: certificates)
    }
  }
}
