internal import CMosquitto
internal import Glibc

/// TLS, and why it didn't come about: libmosquitto tells that to its log alone.
extension MQTTSession {
  /// Lines of the log that are kept of one attempt.
  private static let maximumComplaints = 8

  var usesTLS: Bool { configuration.address.usesTLS || configuration.tls != nil }

  /// Sets the files, which libmosquitto reads when it connects.
  func prepareTLS() throws(MQTTError) {
    guard usesTLS else { return }
    let tls = configuration.tls ?? MQTTTLS()
    try tls.check()
    // Without this callback OpenSSL would ask the terminal for an encrypted key's password.
    let result = mosquitto_tls_set(handle, tls.caFile, tls.caFolder, tls.certFile, tls.keyFile) { _, _, _, _ in 0 }
    guard result == MOSQ_ERR_SUCCESS.rawValue else { throw MQTTError(result: result, errno: errno, doing: "TLS") }
  }

  /// Notes what libmosquitto logs of an attempt, with OpenSSL's own words for a certificate that isn't trusted: only now
  /// the connection that knows them is still there.
  func onLog(level: Int32, text: UnsafePointer<CChar>) {
    guard level == MOSQ_LOG_ERR, link.complaints.count < Self.maximumComplaints else { return }
    link.complaints.append(String(cString: text))
    guard let tls = mosquitto_ssl_get(handle), let problem = OpenSSL.shared?.verification(of: tls) else { return }
    link.distrust = problem
  }

  /// Why the attempt under way failed, where TLS is the reason.
  func tlsFailure() -> MQTTError? {
    guard usesTLS, !link.wasAccepted, !link.complaints.isEmpty else { return nil }
    let broker = "the broker at \(configuration.address)"
    let tls = configuration.tls
    func says(_ text: String) -> Bool { link.complaints.contains { $0.contains(text) } }
    let reason =
      if says("host name verification failed") {
        "the certificate of \(broker) isn't for \"\(configuration.address.host)\""
      } else if let distrust = link.distrust {
        "the certificate of \(broker) isn't trusted: \(distrust) (authorities: \(tls?.caFile ?? "this machine's"))"
      } else if says("load CA certificates") {
        "the file of authorities \(tls?.caFile ?? "") holds no certificate as PEM"
      } else if says("load client certificate") {
        "the client's certificate \(tls?.certFile ?? "") holds no certificate as PEM"
      } else if says("key values mismatch") || says("inconsistent") {
        "the private key \(tls?.keyFile ?? "") doesn't belong to the certificate \(tls?.certFile ?? "")"
      } else if says("load client key") {
        "the private key \(tls?.keyFile ?? "") is no private key as PEM, or has a password"
      } else if says("wrong version number") || says("unexpected eof") {
        "\(broker) doesn't speak TLS on that port, or ended it: \(lastWords)"
      } else if says("alert") {
        "\(broker) refuses \(certificate): \(lastWords)"
      } else {
        "TLS with \(broker): \(lastWords)"
      }
    return MQTTError(.tls, reason)
  }

  /// The broker hung up when TLS stood on this side: with TLS 1.3 it looks at the client's certificate only then, and its word
  /// about it is lost where the connection is gone before it is read.
  var tlsEnd: MQTTError {
    MQTTError(.tls, "the broker at \(configuration.address) ended the connection once it had TLS; maybe it refuses \(certificate)")
  }

  private var certificate: String { "the client's certificate (\(configuration.tls?.certFile ?? "there is none"))" }

  /// The end of what OpenSSL says: `error:0A00010B:SSL routines::wrong version number`.
  private var lastWords: String {
    let text = link.complaints.last ?? ""
    return text.split(separator: ":").last.map(String.init) ?? text
  }
}

/// The two functions of OpenSSL that say why a certificate isn't trusted. libmosquitto has loaded it; linking it as well
/// would ask everybody who builds this for its headers.
private struct OpenSSL: Sendable {
  private let result: @convention(c) (UnsafeMutableRawPointer) -> Int
  private let text: @convention(c) (Int) -> UnsafePointer<CChar>?

  static let shared = OpenSSL()

  private init?() {
    guard let result = dlsym(nil, "SSL_get_verify_result"), let text = dlsym(nil, "X509_verify_cert_error_string") else { return nil }
    self.result = unsafeBitCast(result, to: (@convention(c) (UnsafeMutableRawPointer) -> Int).self)
    self.text = unsafeBitCast(text, to: (@convention(c) (Int) -> UnsafePointer<CChar>?).self)
  }

  /// What is wrong with the certificate of a connection; `nil` when nothing is.
  func verification(of connection: UnsafeMutableRawPointer) -> String? {
    let code = result(connection)
    guard code != 0, let text = text(code) else { return nil }
    return String(cString: text)
  }
}
