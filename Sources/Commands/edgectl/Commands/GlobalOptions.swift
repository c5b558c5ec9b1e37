import APIClient
import ArgumentParser
import Glibc

/// The version that `--version` tells.
let edgectlVersion = "0.1.0"

/// The options of every command.
struct GlobalOptions: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The API server. (default: $EDGECTL_SERVER, else http://127.0.0.1:10550)", valueName: "URL"))
  var server: String?

  @Option(name: [.short, .long], help: ArgumentHelp("The namespace. (default: default)", valueName: "NAME"))
  var namespace: String?

  /// A client of the chosen server.
  func client() throws(APIError) -> APIClient {
    var options = APIClient.Options()
    options.userAgent = "edgectl/\(edgectlVersion)"
    return try APIClient(server: server ?? environment("EDGECTL_SERVER") ?? "http://127.0.0.1:10550", options: options)
  }

  /// The chosen namespace, or `default`.
  var namespaceOrDefault: String { namespace ?? "default" }

  func validate() throws {
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
