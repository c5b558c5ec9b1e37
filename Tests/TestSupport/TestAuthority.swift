/// A certificate authority of a test's own, with openssl.
public struct TestAuthority: Sendable {
  /// Files as PEM.
  public struct Identity: Sendable {
    /// The certificate.
    public let certificate: String
    /// Its private key.
    public let key: String
  }

  private let folder: TestFolder
  private let identity: Identity

  /// The authority's certificate, as PEM.
  public var certificate: String { identity.certificate }

  /// Makes an authority.
  public init(_ folder: TestFolder, name: String = "ca") async throws {
    self.folder = folder
    identity = Identity(certificate: folder.path("\(name).pem"), key: folder.path("\(name)-key.pem"))
    try await Self.openssl(
      ["req", "-x509"] + Self.newKey + ["-keyout", identity.key, "-out", identity.certificate, "-subj", "/CN=\(name)", "-days", "2"])
  }

  /// Issues a certificate.
  ///
  /// - Parameters:
  ///   - name: The common name, and the name of the files.
  ///   - host: The subject's alternative name, as `IP:127.0.0.1` or `DNS:broker`.
  ///   - days: For how long from now.
  public func issue(_ name: String, for host: String = "IP:127.0.0.1", days: Int = 2) async throws -> Identity {
    let new = Identity(certificate: folder.path("\(name).pem"), key: folder.path("\(name)-key.pem"))
    let request = folder.path("\(name).csr")
    try await Self.openssl(
      ["req"] + Self.newKey + ["-keyout", new.key, "-out", request, "-subj", "/CN=\(name)", "-addext", "subjectAltName=\(host)"])
    try await Self.openssl([
      "x509", "-req", "-in", request, "-CA", certificate, "-CAkey", identity.key, "-copy_extensions", "copy", "-days", "\(days)", "-out",
      new.certificate,
    ])
    return new
  }

  private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

  private static func openssl(_ arguments: [String]) async throws {
    let result = try await TestProcess.run("openssl", arguments)
    guard result.exit == .code(0) else { throw TestSupportError("openssl \(arguments.joined(separator: " ")): \(result.stderr)") }
  }
}
