/// The certificate that the API is served with. Files are PEM.
public struct APITLS: Sendable, Hashable {
  /// The server's certificate, followed by those between it and its authority.
  public var certFile: String
  /// Its private key.
  public var privateKeyFile: String
  /// The authority that clients are to trust; the certificate itself when `nil`.
  public var caFile: String?

  /// A certificate.
  public init(certFile: String, privateKeyFile: String, caFile: String? = nil) {
    self.certFile = certFile
    self.privateKeyFile = privateKeyFile
    self.caFile = caFile
  }
}
