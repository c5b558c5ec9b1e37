/// Where our own broker listens for other machines, with TLS and certificates for both sides.
public struct BrokerTLS: Sendable, Hashable {
  /// The address and port.
  public var listen: SocketAddress
  /// The certificates of the authorities that clients' certificates have to come from, PEM.
  public var caFile: String
  /// The broker's certificate, PEM.
  public var certFile: String
  /// The private key of that certificate, PEM.
  public var privateKeyFile: String

  /// A listener.
  public init(listen: SocketAddress, caFile: String, certFile: String, privateKeyFile: String) {
    self.listen = listen
    self.caFile = caFile
    self.certFile = certFile
    self.privateKeyFile = privateKeyFile
  }
}
