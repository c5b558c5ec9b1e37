import NIOCore
import Synchronization

/// Connections of a client that wait for its next request, few and not long.
///
/// Who applies a folder asks twice an object: without these, connecting would cost both sides a fifth of the work.
final class IdleConnections: Sendable {
  private static let maximum = 4

  private struct Connection {
    let channel: any Channel
    let expiry: Scheduled<Void>
  }

  private let time: Duration
  private let connections = Mutex<[Connection]>([])

  /// - Parameter time: How long a connection waits before it is closed.
  init(time: Duration) { self.time = time }

  deinit {
    connections.withLock { connections in
      for connection in connections {
        connection.expiry.cancel()
        connection.channel.close(promise: nil)
      }
    }
  }

  /// A connection that is open still, as far as is known: the one that waited least.
  func take() -> (any Channel)? {
    let connection = connections.withLock { connections -> Connection? in
      while let last = connections.popLast() {
        if last.channel.isActive { return last }
        last.expiry.cancel()
      }
      return nil
    }
    connection?.expiry.cancel()
    return connection?.channel
  }

  /// Keeps a connection whose last answer is complete, or closes it.
  func put(_ channel: any Channel) {
    let isKept = connections.withLock { connections in
      guard time > .zero, connections.count < Self.maximum else { return false }
      let expiry = channel.eventLoop.scheduleTask(in: TimeAmount(time)) { [weak self] in
        self?.remove(channel)
        channel.close(promise: nil)
      }
      connections.append(Connection(channel: channel, expiry: expiry))
      return true
    }
    if !isKept { channel.close(promise: nil) }
  }

  /// Forgets a connection that the server has closed, or whose time is over.
  func remove(_ channel: any Channel) {
    connections.withLock { connections in
      guard let index = connections.firstIndex(where: { $0.channel === channel }) else { return }
      connections.remove(at: index).expiry.cancel()
    }
  }
}
