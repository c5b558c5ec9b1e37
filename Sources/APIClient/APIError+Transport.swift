import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension APIError {
  /// An error of the network, said for a user.
  init(transport error: any Error, server: String) {
    switch error {
    case let error as APIError:
      self = error
    case is CancellationError:
      self.init(.cancelled, server: server, "the request to the API server at \(server) was cancelled")
    case let error as IOError:
      self.init(errno: error.errnoCode, server: server)
    case let error as NIOConnectionError:
      if let io = error.connectionErrors.lazy.compactMap({ $0.error as? IOError }).first {
        self.init(errno: io.errnoCode, server: server)
      } else if error.connectionErrors.isEmpty {
        self.init(.unreachable, server: server, "cannot reach the API server at \(server): the host \(error.host) can't be found")
      } else {
        self.init(.unreachable, server: server, "cannot reach the API server at \(server): no connection in time")
      }
    case ChannelError.connectTimeout:
      self.init(.timeout, server: server, "cannot reach the API server at \(server): no connection in time")
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
      self.init(tls: error, server: server)
    case HTTPParserError.invalidEOFState:
      self = .lost(server)
    case is HTTPParserError:
      self.init(.malformedResponse, server: server, "what answers at \(server) doesn't speak HTTP: \(error)")
    default:
      self.init(.connectionLost, server: server, "the connection to the API server at \(server) broke: \(error)")
    }
  }

  private init(tls error: any Error, server: String) {
    let text = "\(error)"
    if text.contains("CERTIFICATE_VERIFY_FAILED") {
      self.init(
        .untrusted, server: server,
        "the certificate of the API server at \(server) comes from no authority that is trusted here: name its authority, or its kubeconfig"
      )
    } else if let error = error as? NIOSSLExtraError, error == .failedToValidateHostname {
      self.init(.untrusted, server: server, "the certificate of the API server is for others than \(server)")
    } else if text.contains("WRONG_VERSION_NUMBER") {
      self.init(.untrusted, server: server, "the API server at \(server) doesn't speak TLS there: write http://")
    } else if case NIOSSLError.uncleanShutdown? = error as? NIOSSLError {
      self = .lost(server)
    } else {
      self.init(.untrusted, server: server, "TLS with the API server at \(server) failed: \(text)")
    }
  }

  private init(errno code: CInt, server: String) {
    switch code {
    case ECONNREFUSED:
      self.init(
        .connectionRefused, server: server, "cannot reach the API server at \(server): connection refused. Is edgecore running?")
    case ECONNRESET, EPIPE:
      self = .lost(server)
    default:
      let why = String(cString: strerror(code)).lowercased()
      self.init(.unreachable, server: server, "cannot reach the API server at \(server): \(why)")
    }
  }

  static func lost(_ server: String) -> APIError {
    APIError(.connectionLost, server: server, "the API server at \(server) closed the connection in the middle of its answer")
  }
}
