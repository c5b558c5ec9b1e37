import Glibc

/// Somebody who talks to an ``Echo``.
final class EchoClient {
  private let descriptor: Int32

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  func send(_ text: String) { _ = Glibc.send(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL)) }

  /// What comes after something was sent; `nil` when not all of it comes in time.
  func exchange(_ text: String, patience: Int32 = 30_000) -> String? {
    send(text)
    return receive(text.utf8.count, patience: patience)
  }

  /// So many bytes as text; `nil` when they don't come in time.
  func receive(_ count: Int, patience: Int32 = 30_000) -> String? {
    receiveBytes(count, patience: patience).map { String(decoding: $0, as: UTF8.self) }
  }

  func receiveBytes(_ count: Int, patience: Int32 = 30_000) -> [UInt8]? {
    var bytes: [UInt8] = []
    while bytes.count < count {
      guard let more = next(count - bytes.count, patience), !more.isEmpty else { return nil }
      bytes += more
    }
    return bytes
  }

  /// All that comes until the connection ends.
  func receiveAll() -> String? {
    var bytes: [UInt8] = []
    while let more = next(4096, 30_000) {
      if more.isEmpty { return String(decoding: bytes, as: UTF8.self) }
      bytes += more
    }
    return nil
  }

  /// Nothing when the connection ended, `nil` when the time is over.
  private func next(_ count: Int, _ patience: Int32) -> [UInt8]? {
    var entry = pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: POLLIN), revents: 0)
    guard poll(&entry, 1, patience) > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    let received = recv(descriptor, &bytes, count, 0)
    return Array(bytes.prefix(max(0, received)))
  }
}
