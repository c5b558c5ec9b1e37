/// Where a broker listens.
public struct MQTTAddress: Sendable, Hashable, CustomStringConvertible {
  /// The host's name or address.
  public var host: String
  /// The TCP port.
  public var port: UInt16

  /// An address.
  public init(host: String, port: UInt16 = 1883) {
    self.host = host
    self.port = port
  }

  /// Reads `tcp://host:port`, `mqtt://host:port`, `host:port` or `host`; the port is 1883 when it is left out, and an
  /// IPv6 address stands in brackets.
  ///
  /// - Throws: ``MQTTError`` with `invalidArgument`.
  public init(parsing text: String) throws(MQTTError) {
    var rest = Substring(text)
    if let separator = rest.firstRange(of: "://") {
      let scheme = rest[..<separator.lowerBound].lowercased()
      guard scheme == "tcp" || scheme == "mqtt" else {
        throw MQTTError(.invalidArgument, "\"\(text)\": the scheme \"\(scheme)\" isn't supported, use tcp://host:port")
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
      self.init(host: String(rest))
      return
    }
    guard let port = UInt16(portText), port > 0 else {
      throw MQTTError(.invalidArgument, "\"\(text)\": \"\(portText)\" isn't a port between 1 and 65535")
    }
    self.init(host: String(rest), port: port)
  }

  /// The address as `tcp://host:port`.
  public var description: String { host.contains(":") ? "tcp://[\(host)]:\(port)" : "tcp://\(host):\(port)" }

  private static func malformed(_ text: String) -> MQTTError {
    MQTTError(.invalidArgument, "\"\(text)\" isn't a broker's address, expected tcp://host:port")
  }
}
