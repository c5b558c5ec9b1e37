import Foundation
import Logging
import NIOSSL
import Synchronization

/// The certificate that connections are served with, read again when its files change.
final class CertificateStore: Sendable {
  private struct State {
    var context: NIOSSLContext
    var names: Set<String>
    var contents: [Data?]
    var checked: Int64
  }

  /// How often the files are looked at, in milliseconds.
  private static let interval: Int64 = 1_000

  private let tls: APITLS
  private let logger: Logger
  private let clock: any EdgeClock
  private let state: Mutex<State>

  /// - Throws: ``EdgeCoreError`` with the file that is wrong.
  init(_ tls: APITLS, clock: any EdgeClock, logger: Logger) throws(EdgeCoreError) {
    self.tls = tls
    self.clock = clock
    self.logger = logger
    state = Mutex(try Self.read(tls, at: clock.uptime))
  }

  /// What the next connection is served with.
  var context: NIOSSLContext { current.context }

  /// The names and addresses that the certificate is for.
  var names: Set<String> { current.names }

  private var current: State {
    state.withLock { state in
      let now = clock.uptime
      guard now >= state.checked + Self.interval else { return state }
      state.checked = now
      let contents = Self.contents(tls)
      guard contents != state.contents else { return state }
      do throws(EdgeCoreError) {
        state = try Self.read(tls, at: now)
        logger.notice("the API's certificate was read again", metadata: ["file": "\(tls.certFile)"])
      } catch {
        // Half of a new pair may be there; the old one serves until it is whole.
        logger.warning("the API's new certificate can't be used, the old one still is: \(error)")
        state.contents = contents
      }
      return state
    }
  }

  private static func contents(_ tls: APITLS) -> [Data?] { [tls.certFile, tls.privateKeyFile].map(FileManager.default.contents) }

  private static func read(_ tls: APITLS, at now: Int64) throws(EdgeCoreError) -> State {
    func failure(_ what: String, _ error: any Error) -> EdgeCoreError {
      EdgeCoreError(.configuration, "modules.metaManager.metaServer: \(what): \(error)")
    }
    let contents = contents(tls)
    let certificates: [NIOSSLCertificate]
    do { certificates = try NIOSSLCertificate.fromPEMFile(tls.certFile) } catch {
      throw failure("cannot read the certificate \(tls.certFile)", error)
    }
    let key: NIOSSLPrivateKey
    do { key = try NIOSSLPrivateKey(file: tls.privateKeyFile, format: .pem) } catch {
      throw failure("cannot read the private key \(tls.privateKeyFile)", error)
    }
    guard let first = certificates.first else {
      throw EdgeCoreError(.configuration, "modules.metaManager.metaServer: there is no certificate in \(tls.certFile)")
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    do {
      return State(context: try NIOSSLContext(configuration: configuration), names: names(of: first), contents: contents, checked: now)
    } catch {
      throw failure("\(tls.privateKeyFile) is not the key of \(tls.certFile)", error)
    }
  }

  private static func names(of certificate: NIOSSLCertificate) -> Set<String> {
    var names: Set<String> = []
    for name in certificate._subjectAlternativeNames() {
      let bytes = Array(name.contents)
      switch (name.nameType, bytes.count) {
      case (.dnsName, _): names.insert(String(decoding: bytes, as: UTF8.self).lowercased())
      case (.ipAddress, 4): names.insert(bytes.map(String.init).joined(separator: "."))
      case (.ipAddress, 16):
        var address = in6_addr()
        withUnsafeMutableBytes(of: &address) { $0.copyBytes(from: bytes) }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        if inet_ntop(AF_INET6, &address, &text, socklen_t(text.count)) != nil {
          names.insert(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
        }
      default: break
      }
    }
    return names
  }
}
