import APIClient
import ArgumentParser
import Glibc
import Logging

/// The version that `--version` tells.
let edgectlVersion = "0.1.0"

/// The options of every command.
struct GlobalOptions: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The API server. (default: $EDGECTL_SERVER, else http://127.0.0.1:10550)", valueName: "URL"))
  var server: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A kubeconfig that says the server and how to get in. (default: $EDGECTL_KUBECONFIG, where no server is named)", valueName: "FILE"))
  var kubeconfig: String?

  @Option(name: .long, help: ArgumentHelp("A file with the token to show. (default: the token in $EDGECTL_TOKEN)", valueName: "FILE"))
  var tokenFile: String?

  @Option(
    name: .long,
    help: ArgumentHelp("The authorities of a server at https://…, as PEM. (default: $EDGECTL_CERTIFICATE_AUTHORITY)", valueName: "FILE"))
  var certificateAuthority: String?

  @Flag(name: .long, help: "Takes any certificate: whoever sits in between reads along.")
  var insecureSkipTLSVerify = false

  @Option(
    name: [.customShort("n", allowingJoined: true), .long], help: ArgumentHelp("The namespace. (default: default)", valueName: "NAME"))
  var namespace: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What is logged, debug being every request: trace, debug, … or critical. (default: $EDGECTL_LOG_LEVEL, else warning)",
      valueName: "LEVEL"))
  var logLevel: String?

  /// A client of the chosen server.
  func client() throws(APIError) -> APIClient {
    var options = APIClient.Options()
    options.userAgent = "edgectl/\(edgectlVersion)"
    var logger = Logger(label: "edgectl", factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = level ?? .warning
    options.logger = logger
    var address = server ?? environment("EDGECTL_SERVER")
    // A server that is named wins over a kubeconfig of the environment, and not over one that is named too.
    if let path = kubeconfig ?? (address == nil ? environment("EDGECTL_KUBECONFIG") : nil) {
      let config = try Kubeconfig(path: path)
      options.access = config.access
      if server == nil { address = config.server }
    }
    if let tokenFile {
      options.access.token = .file(path: tokenFile)
    } else if let token = environment("EDGECTL_TOKEN") {
      options.access.token = .text(token)
    }
    if let path = certificateAuthority ?? environment("EDGECTL_CERTIFICATE_AUTHORITY") { options.access.trust = .file(path: path) }
    if insecureSkipTLSVerify { options.access.trust = .anybody }
    return try APIClient(server: address ?? "http://127.0.0.1:10550", options: options)
  }

  /// The chosen namespace, or `default`.
  var namespaceOrDefault: String { namespace ?? "default" }

  private var level: Logger.Level? {
    Logger.Level(rawValue: (logLevel ?? environment("EDGECTL_LOG_LEVEL") ?? "warning").lowercased())
  }

  func validate() throws {
    if level == nil {
      let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("the log level '\(logLevel ?? environment("EDGECTL_LOG_LEVEL") ?? "")' is not one of \(levels)")
    }
    if let server {
      do { _ = try APIClient(server: server) } catch { throw ValidationError(error.message) }
    }
    if let namespace { try checkName(namespace, "namespace") }
  }
}

/// The value of an environment variable that is set and not empty.
func environment(_ name: String) -> String? {
  guard let value = getenv(name) else { return nil }
  let text = String(cString: value)
  return text.isEmpty ? nil : text
}

/// Refuses what can't be part of a path.
func checkName(_ name: String, _ what: String) throws {
  guard !name.isEmpty, name != ".", name != "..", !name.contains("/") else {
    throw ValidationError("'\(name)' is not the name of a \(what)")
  }
}
