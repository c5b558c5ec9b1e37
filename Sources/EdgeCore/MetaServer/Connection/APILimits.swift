/// What bounds the memory and the time that clients of the API can take. Times are milliseconds, sizes bytes.
package struct APILimits: Sendable, Hashable {
  /// Connections at once. Those beyond are told to come back, as long as there are no more than ``refusedConnections`` of them.
  package var connections = 512
  package var refusedConnections = 64
  /// Requests that are answered at once, watches aside, and lists among them.
  package var requests = 256
  package var lists = 32
  /// A body, and all bodies that are in memory at once.
  package var body = 3 << 20
  package var bodies = 48 << 20
  /// The request's line, and its headers.
  package var target = 16 << 10
  package var head = 64 << 10
  package var headerFields = 100
  /// From the first byte of a request to the end of its headers.
  package var headTime: Int64 = 10_000
  /// A body may take this long, and longer by what it brings: ``bodyRate`` bytes a millisecond.
  package var bodyTime: Int64 = 20_000
  package var bodyRate = 50
  /// A connection on which nothing was ever asked, and one between two requests.
  package var silence: Int64 = 30_000
  package var idle: Int64 = 90_000
  /// A client that takes nothing of what it is sent.
  package var writeTime: Int64 = 30_000
  /// How long what still comes is thrown away after the last answer, so that the client gets to read that.
  package var linger: Int64 = 2_000

  package init() {}
}
