import Logging
import NIOCore
import NIOHTTP1

extension APIClient {
  /// Watches a collection from a resource version on.
  ///
  /// - Parameters:
  ///   - path: The collection's path.
  ///   - resourceVersion: The version of the list whose changes are wanted; `nil` starts with every object as `ADDED`.
  ///   - query: More items of the query, for instance `fieldSelector`.
  ///   - accept: The kinds of answer that are wanted.
  /// - Returns: The events, once the server has accepted the watch. They end when the server ends the watch at its
  ///   maximum age, and when the task that reads them is cancelled.
  /// - Throws: ``APIError``; with ``APIError/isGone`` when the version is too old.
  public func watch(
    _ path: String,
    resourceVersion: String? = nil,
    query: [(String, String)] = [],
    accept: String = "application/json"
  ) async throws(APIError) -> WatchEvents {
    var items = query + [("watch", "true"), ("allowWatchBookmarks", "true")]
    items.append(("timeoutSeconds", String(max(1, options.watchTimeout.components.seconds))))
    if let resourceVersion { items.append(("resourceVersion", resourceVersion)) }
    let request = try head("GET", path, query: items, contentType: nil, accept: accept)
    let exchange = try await Exchange.start(request, body: nil, to: address, tls: tls, connectTimeout: options.connectTimeout)
    let alarm = exchange.alarm(after: options.requestTimeout, .failure(timeoutError))
    defer { alarm.cancel() }
    guard case .head(let head) = try await exchange.next() else { throw .lost(server) }
    options.logger?.debug("GET \(server)\(request.uri) \(head.status.code)")
    guard head.status == .ok else {
      try await collect(exchange, after: head).checked()
      throw APIError(.malformedResponse, server: server, "the API server at \(server) answered a watch with status \(head.status.code)")
    }
    let lifetime = exchange.alarm(after: options.watchTimeout + .seconds(30), .success(()))
    return WatchEvents(source: WatchSource(exchange: exchange, lifetime: lifetime), server: server, limit: options.maximumEventBytes)
  }
}

/// The connection of a watch; ended with the last reference.
final class WatchSource: Sendable {
  let exchange: Exchange
  private let lifetime: Scheduled<Void>

  init(exchange: Exchange, lifetime: Scheduled<Void>) {
    self.exchange = exchange
    self.lifetime = lifetime
  }

  deinit { lifetime.cancel() }
}

/// The events of one watch, read by one reader; the connection closes when the reader lets go of them.
public struct WatchEvents: AsyncSequence, Sendable {
  let source: WatchSource
  let server: String
  let limit: Int

  /// Reads the events.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let source: WatchSource
    let server: String
    var splitter: LineSplitter
    var lines: ArraySlice<[UInt8]> = []

    /// The next event; `nil` at the watch's end and when the task is cancelled.
    ///
    /// An event of type ``WatchEvent/Kind/error`` is thrown as the ``APIError`` it carries.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(APIError) -> WatchEvent? {
      while true {
        if let line = lines.popFirst() {
          let event = try WatchEvent(line: line, server: server)
          if event.type == .error { throw event.error(server: server) }
          return event
        }
        let part: ResponseInbox.Part?
        do {
          part = try await source.exchange.next()
        } catch  where error.code == .cancelled {
          return nil
        }
        switch part {
        case .body(let bytes):
          do {
            lines = try splitter.append(bytes.readableBytesView)[...]
          } catch {
            throw APIError(.tooLarge, server: server, "an event from the API server at \(server) is longer than \(splitter.limit) bytes")
          }
        case nil:
          // The last line's end may be missing.
          let rest = splitter.takeRest()
          guard !rest.isEmpty else { return nil }
          lines = [rest]
        case .head: break
        }
      }
    }

    /// The next event; `nil` at the watch's end and when the task is cancelled.
    public mutating func next() async throws -> WatchEvent? { try await next(isolation: #isolation) }
  }

  /// Reads the events.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(source: source, server: server, splitter: LineSplitter(limit: limit))
  }
}
