/// Where a broker listens.
public struct MQTTAddress: Sendable, Hashable, CustomStringConvertible {
  /// The host's name or address.
  public var host: String
  /// The TCP port.
  public var port: UInt16
  /// Whether TLS is spoken there.
  public var usesTLS: Bool

  /// An address.
  public init(host: String, port: UInt16 = 1883, usesTLS: Bool = false) {
    self.host = host
    self.port = port
    self.usesTLS = usesTLS
  }

  /// Reads `tcp://host:port`, `mqtt://host:port`, `host:port` or `host`, and with TLS `tls://`, `ssl://` or `mqtts://`; the port
  /// is 1883, or 8883 with TLS, when it is left out, and an IPv6 address stands in brackets.
  ///
  /// - Throws: ``MQTTError`` with `invalidArgument`.
  public init(parsing text: String) throws(MQTTError) {
    var rest = Substring(text)
    var usesTLS = false
    if let separator = rest.firstRange(of: "://") {
      let scheme = rest[..<separator.lowerBound].lowercased()
      usesTLS = ["tls", "ssl", "mqtts"].contains(scheme)
      guard usesTLS || scheme == "tcp" || scheme == "mqtt" else {
        throw MQTTError(
          .invalidArgument, "\"\(text)\": the scheme \"\(scheme)\" isn't supported, use tcp://host:port or tls://host:port")
      }
      rest = rest[separator.upperBound...]
    }
    if rest.hasSuffix("/") { rest.removeLast() }
    var portText: Substring?
    if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
      let after = rest[rest.index(after: end)...]
      guard after.isEmpty || after.hasPrefix(":") else { throw Self.malformed(text) }
      portText = after.isEmpty ? nil : after.dropFirst()
      rest = rest[..<end].dropFirst()
    } else if let colon = rest.lastIndex(of: ":") {
      portText = rest[rest.index(after: colon)...]
      rest = rest[..<colon]
      guard !rest.contains(":") else { throw Self.malformed(text) }
    }
    guard !rest.isEmpty, !rest.contains(where: { $0 == "/" || $0 == "@" || $0.isWhitespace }) else { throw Self.malformed(text) }
    guard let portText else {
      self.init(host: String(rest), port: usesTLS ? 8883 : 1883, usesTLS: usesTLS)
      return
    }
    guard let port = UInt16(portText), port > 0 else {
      throw MQTTError(.invalidArgument, "\"\(text)\": \"\(portText)\" isn't a port between 1 and 65535")
    }
    self.init(host: String(rest), port: port, usesTLS: usesTLS)
  }

  /// Whether only this machine can be meant.
  public var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

  /// The address as `tcp://host:port` or `tls://host:port`.
  public var description: String { "\(usesTLS ? "tls" : "tcp")://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

  private static func malformed(_ text: String) -> MQTTError {
    MQTTError(.invalidArgument, "\"\(text)\" isn't a broker's address, expected tcp://host:port")
  }
}
