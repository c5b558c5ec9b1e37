/// What TLS with the MQTT broker goes by: files as PEM, read anew for each connection.
public struct BrokerCertificates: Sendable, Hashable {
  /// The authorities that the broker's certificate has to come from; this machine's own when `nil`.
  public var caFile: String?
  /// The mapper's certificate, for brokers that ask for one.
  public var certFile: String?
  /// The private key of that certificate.
  public var keyFile: String?

  /// Certificates.
  public init(caFile: String? = nil, certFile: String? = nil, keyFile: String? = nil) {
    self.caFile = caFile
    self.certFile = certFile
    self.keyFile = keyFile
  }
}
