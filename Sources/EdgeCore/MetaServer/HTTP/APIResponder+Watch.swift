import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

extension APIResponder {
  func watch(
    _ kind: ObjectKind, _ version: ObjectVersion, _ namespace: String?, _ call: MetaServer.Call, _ request: Request
  ) async throws -> Response {
    guard call.accept.isPossible, !call.accept.isYAML else {
      throw APIStatus(406, "NotAcceptable", "only the following media types are accepted: application/json;stream=watch")
    }
    let options = try WatchStream.Options(call.request)
    let selection = try server.selection(kind, namespace, call.request)
    let stream = WatchStream(
      kind: kind, version: version, form: call.accept.form, rows: try TableView.Rows(call.request), hidesSecrets: !call.isAuthenticated,
      clock: server.clock)
    let warnings = kind.definition.deprecations[version].map { [$0] } ?? []
    guard let subscription = await server.meta.watch(selection, after: options.resourceVersion) else {
      let status = APIStatus.expired("too old resource version: \(options.resourceVersion ?? 0); list again")
      return Self.watchResponse(warnings) { try await $0.write(ByteBuffer(bytes: stream.error(status))) }
    }
    if subscription.resourceVersion < options.leastRevision {
      await server.meta.leave(subscription)
      let status = MetaServer.tooNew(wanted: options.leastRevision, current: subscription.resourceVersion)
      return Self.watchResponse(warnings) { try await $0.write(ByteBuffer(bytes: stream.error(status))) }
    }
    let meta = server.meta
    let clock = server.clock
    return Self.watchResponse(warnings) { writer in
      let ended: Result<Void, any Error>
      do {
        ended = .success(
          // A client that leaves would not be noticed by writing before the next event.
          try await request.body.consumeWithInboundCloseHandler { _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
              group.addTask {
                var rest = options.seconds * 1_000
                while rest > 0, !Task.isCancelled {
                  let step = options.wantsBookmarks ? min(rest, WatchStream.Options.bookmarkInterval) : rest
                  try? await clock.sleep(milliseconds: step)
                  rest -= step
                  if options.wantsBookmarks { await meta.bookmark(subscription) }
                }
                subscription.end()
              }
              group.addTask {
                try? await gracefulShutdown()
                subscription.end()
              }
              defer { group.cancelAll() }
              try await Self.write(subscription, as: stream, options, to: &writer)
            }
          } onInboundClosed: {
            subscription.end()
          })
      } catch {
        ended = .failure(error)
      }
      await meta.leave(subscription)
      try ended.get()
    }
  }

  @concurrent private static func write(
    _ subscription: MetaManager.Subscription, as stream: WatchStream, _ options: WatchStream.Options,
    to writer: inout any ResponseBodyWriter
  ) async throws {
    var text = WatchText(pieceBytes: pieceBytes)
    let queue = subscription.queue
    var isFirst = true
    for object in queue.takeInitial() where !options.skipsInitial {
      if let piece = text.add(stream.added(object, isFirst: isFirst)) { try await writer.write(ByteBuffer(bytes: piece)) }
      isFirst = false
    }
    if options.marksInitialEnd, let piece = text.add(stream.initialEnd(subscription.resourceVersion)) {
      try await writer.write(ByteBuffer(bytes: piece))
    }
    if let piece = text.takeRest() { try await writer.write(ByteBuffer(bytes: piece)) }
    do {
      while let messages = try await queue.next() {
        for message in messages {
          if let piece = text.add(stream.line(for: message, isFirst: isFirst)) { try await writer.write(ByteBuffer(bytes: piece)) }
          if case .event = message { isFirst = false }
        }
        if let piece = text.takeRest() { try await writer.write(ByteBuffer(bytes: piece)) }
        // The first of many is told at once, and the others together: a hundred watchers would wake for each one by one.
        try? await Task.sleep(for: .milliseconds(WatchStream.pause))
      }
    } catch is WatcherLagged {
      try await writer.write(ByteBuffer(bytes: stream.error(.expired("the watcher reads too slowly; list again"))))
    }
  }

  private static func watchResponse(
    _ warnings: [String], _ write: @escaping @concurrent @Sendable (inout any ResponseBodyWriter) async throws -> Void
  ) -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-cache, private"] + headers(for: warnings),
      body: ResponseBody { writer in
        try await write(&writer)
        try await writer.finish(nil)
      })
  }
}
