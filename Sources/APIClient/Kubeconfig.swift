import JSON
import YAML

/// What kubectl's configuration file says of the current context: the server, and how to get in.
public struct Kubeconfig: Sendable, Hashable {
  /// The server's address.
  public var server: String
  /// How to get in there.
  public var access: ServerAccess
  /// The namespace, when the context has one.
  public var namespace: String?

  /// Reads a kubeconfig.
  ///
  /// - Parameters:
  ///   - path: The file. Paths in it are relative to its folder.
  ///   - context: The context to take; the file's current one when `nil`.
  /// - Throws: ``APIError`` with code `invalidAccess` and what is wrong in the file.
  public init(path: String, context: String? = nil) throws(APIError) {
    func refuse(_ why: String) -> APIError { APIError(.invalidAccess, server: path, "\(path): \(why)") }
    let bytes = try SmallFile.read(path, server: path)
    let documents: [YAMLDocument]
    do throws(YAMLError) { documents = try YAMLDocument.parseAll(bytes, file: path) } catch {
      throw refuse("\(error.line):\(error.column): \(error.problem)")
    }
    guard let root = documents.first?.value, root["kind"] == "Config" else { throw refuse("this is not a kubeconfig") }
    guard let name = context ?? root["current-context"]?.string, !name.isEmpty else { throw refuse("there is no current-context") }
    func named(_ list: String, _ name: String?, _ member: String) throws(APIError) -> JSONValue {
      guard let name, let entry = root[list]?.array?.first(where: { $0["name"]?.string == name })?[member], entry.object != nil else {
        throw refuse("there is no \(name ?? "") in \(list)")
      }
      return entry
    }
    let chosen = try named("contexts", name, "context")
    let cluster = try named("clusters", chosen["cluster"]?.string, "cluster")
    guard let server = cluster["server"]?.string else { throw refuse("the cluster has no server") }
    self.server = server
    namespace = chosen["namespace"]?.string
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    func place(_ file: String) -> String { file.hasPrefix("/") ? file : folder + file }

    var access = ServerAccess(serverName: cluster["tls-server-name"]?.string)
    if cluster["insecure-skip-tls-verify"] == true {
      access.trust = .anybody
    } else if let text = cluster["certificate-authority-data"]?.string {
      guard let pem = Base64.decode(text) else { throw refuse("certificate-authority-data is no Base64") }
      access.trust = .pem(pem)
    } else if let file = cluster["certificate-authority"]?.string {
      access.trust = .file(path: place(file))
    }
    if let user = chosen["user"]?.string, !user.isEmpty {
      let entry = try named("users", user, "user")
      if let file = entry["tokenFile"]?.string {
        access.token = .file(path: place(file))
      } else if let token = entry["token"]?.string {
        access.token = .text(token)
      } else if entry.object?.isEmpty == false {
        throw refuse("the user \(user) has no token, and nothing else is understood here")
      }
    }
    self.access = access
  }
}
