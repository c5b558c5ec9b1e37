import NIOCore
import NIOSSL

/// What TLS with one server goes by.
struct TLSClient: Sendable {
  private let context: NIOSSLContext
  /// The name that the certificate has to be for; `nil` for an address, which is looked for in the certificate by itself.
  private let serverName: String?

  /// - Throws: ``APIError`` with code `invalidAccess` for authorities that can't be read.
  init(_ access: ServerAccess, host: String, server: String) throws(APIError) {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    switch access.trust {
    case .machine: break
    case .anybody: configuration.certificateVerification = .none
    case .file(let path):
      configuration.trustRoots = .certificates(try Self.authorities(try SmallFile.read(path, server: server), path, server))
    case .pem(let bytes):
      configuration.trustRoots = .certificates(try Self.authorities(bytes, "the authority's certificate", server))
    }
    do { context = try NIOSSLContext(configuration: configuration) } catch {
      throw APIError(.invalidAccess, server: server, "TLS with \(server) can't be set up: \(error)")
    }
    let name = access.serverName ?? host
    serverName = (try? NIOCore.SocketAddress(ipAddress: name, port: 0)) == nil ? name : nil
  }

  private static func authorities(_ pem: [UInt8], _ origin: String, _ server: String) throws(APIError) -> [NIOSSLCertificate] {
    do {
      let certificates = try NIOSSLCertificate.fromPEMBytes(pem)
      if !certificates.isEmpty { return certificates }
    } catch {}
    throw APIError(.invalidAccess, server: server, "\(origin): there is no certificate in it, as PEM")
  }

  /// What encrypts a connection.
  func handler() throws -> NIOSSLClientHandler { try NIOSSLClientHandler(context: context, serverHostname: serverName) }
}
