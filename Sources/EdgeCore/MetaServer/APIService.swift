import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// Serves the API: who may come in, over what, and until when.
struct APIService: Service {
  private let application: Application<APIResponder>
  private let address: SocketAddress

  /// Reads certificates and writes the kubeconfig; nothing is listened on yet.
  ///
  /// - Throws: ``EdgeCoreError`` with the file that is wrong.
  init(
    _ configuration: EdgeCoreConfiguration, server: MetaServer, metrics: RequestMetrics, clock: any EdgeClock, logger: Logger
  ) throws(EdgeCoreError) {
    let address = configuration.metaServer
    let certificates = try configuration.metaServerTLS.map { tls throws(EdgeCoreError) in
      try CertificateStore(tls, clock: clock, logger: logger)
    }
    let names = Set(configuration.metaServerNames)
    let door = RequestDoor(host: address.host) { names.union(certificates?.names ?? []) }
    let limits = APILimits()
    var requestLogger = logger
    requestLogger.logLevel = max(requestLogger.logLevel, .warning)
    let url = Self.url(configuration, certificates)
    application = Application(
      responder: APIResponder(
        server: server, door: door, access: try Self.access(configuration, url: url, logger), limits: limits, metrics: metrics,
        logger: logger),
      server: .api(limits: limits, metrics: metrics, certificates: certificates),
      configuration: ApplicationConfiguration(
        address: .hostname(address.host, port: address.port), serverName: "swiftlet",
        availableConnectionsDelegate: MaximumAvailableConnections(limits.connections + limits.refusedConnections, logger: requestLogger)),
      onServerRunning: { channel in
        let scheme = certificates == nil ? "http" : "https"
        let listening = SocketAddress(host: address.host, port: channel.localAddress?.port ?? address.port)
        logger.info("API served", metadata: ["address": "\(scheme)://\(listening)"])
      },
      logger: requestLogger)
    self.address = address
  }

  /// Makes the token when clients need one.
  private static func access(_ configuration: EdgeCoreConfiguration, url: String, _ logger: Logger) throws(EdgeCoreError) -> APIAccess {
    guard configuration.metaServerNeedsToken else { return .everybody }
    var authority: [UInt8]?
    if let tls = configuration.metaServerTLS {
      let path = tls.caFile ?? tls.certFile
      guard let data = FileManager.default.contents(atPath: path) else {
        throw EdgeCoreError(.configuration, "modules.metaManager.metaServer: cannot read the authority \(path)")
      }
      authority = Array(data)
    }
    let file = KubeconfigFile(path: configuration.metaServerKubeconfig)
    let token = try file.prepare(server: url, authority: authority)
    logger.info("the API wants a token", metadata: ["kubeconfig": "\(file.path)"])
    if authority == nil { logger.warning("without TLS kubectl sends no token; edgectl and mappers do, on this machine") }
    return .token(APIToken(token), opensMetrics: RequestDoor.isLoopback(configuration.metaServer.host))
  }

  /// Where clients find the API: by a name that its certificate has, if it listens on all addresses.
  private static func url(_ configuration: EdgeCoreConfiguration, _ certificates: CertificateStore?) -> String {
    var address = configuration.metaServer
    if ["0.0.0.0", "::"].contains(address.host) {
      let names = (certificates?.names ?? []).filter { !$0.hasPrefix("*") }
      // An address works without anybody who knows the name.
      func rank(_ name: String) -> Int {
        if RequestDoor.isLoopback(name) { return 1 }
        return name.contains(":") || name.allSatisfy { $0.isNumber || $0 == "." } ? 0 : 2
      }
      let known = configuration.metaServerNames + names.sorted { (rank($0), $0) < (rank($1), $1) }
      address.host = known.first ?? "127.0.0.1"
    }
    return "\(certificates == nil ? "http" : "https")://\(address)"
  }

  /// Finds out whether the address can be listened on, without listening: a client that came in meanwhile would never be
  /// answered.
  static func check(_ address: SocketAddress) throws {
    let resolved = try NIOCore.SocketAddress.makeAddressResolvingHost(address.host, port: address.port)
    let failure: Int32? = resolved.withSockAddr { pointer, size in
      let descriptor = socket(Int32(pointer.pointee.sa_family), Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      guard descriptor >= 0 else { return errno }
      defer { close(descriptor) }
      var yes: Int32 = 1
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
      return bind(descriptor, pointer, socklen_t(size)) == 0 ? nil : errno
    }
    guard let failure else { return }
    throw EdgeCoreError(
      .listen, "cannot serve the API on \(address): \(String(cString: strerror(failure))). Does another edgecore run there?")
  }

  func run() async throws {
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await application.run() }
        group.addTask {
          try await gracefulShutdown()
          // Requests under way get a moment to end; whoever hangs must not hold up the last commits.
          try await Task.sleep(for: .milliseconds(700))
        }
        defer { group.cancelAll() }
        try await group.next()
      }
    } catch is CancellationError {
      return
    } catch {
      throw EdgeCoreError(.listen, "cannot serve the API on \(address): \(error). Does another edgecore run there?")
    }
  }
}
