internal import Glibc

/// How a client and its broker prove to each other who they are: TLS 1.2 or newer, the broker's certificate and its name
/// always checked. Files are PEM, and read anew for each connection.
public struct MQTTTLS: Sendable, Hashable {
  /// Where Debian keeps the authorities that a machine trusts.
  private static let systemAuthorities = "/etc/ssl/certs"

  /// The certificates of the authorities that a broker's has to come from; the machine's own when `nil`.
  public var caFile: String?
  /// The client's certificate, for brokers that ask for one.
  public var certFile: String?
  /// The private key of that certificate.
  public var keyFile: String?

  /// What TLS goes by.
  public init(caFile: String? = nil, certFile: String? = nil, keyFile: String? = nil) {
    self.caFile = caFile
    self.certFile = certFile
    self.keyFile = keyFile
  }

  /// A sentence for the user when others than its owner may read the private key; `nil` when all is well.
  public var warning: String? {
    guard let keyFile else { return nil }
    var status = stat()
    guard stat(keyFile, &status) == 0, status.st_mode & (S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH) != 0 else { return nil }
    return "others than its owner may read the private key \(keyFile); chmod 600 \(keyFile)"
  }

  /// The folder of authorities where there is no file of them.
  var caFolder: String? { caFile == nil ? Self.systemAuthorities : nil }

  /// Finds out whether the files are there.
  ///
  /// - Throws: ``MQTTError`` with `tls` and the file's name.
  func check() throws(MQTTError) {
    guard (certFile == nil) == (keyFile == nil) else {
      throw MQTTError(.tls, certFile == nil ? "TLS has a private key but no certificate" : "TLS has a certificate but no private key")
    }
    for (what, path) in [("authorities", caFile), ("client's certificate", certFile), ("client's private key", keyFile)] {
      guard let path else { continue }
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw MQTTError(.tls, "can't read the file of the \(what), \(path): \(systemText(errno))") }
      close(descriptor)
    }
  }
}
