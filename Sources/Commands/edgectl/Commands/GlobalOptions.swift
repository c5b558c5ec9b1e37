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
    return try APIClient(server: server ?? environment("EDGECTL_SERVER") ?? "http://127.0.0.1:10550", options: options)
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
