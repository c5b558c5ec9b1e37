import Foundation
import JSON
import YAML

/// The file with which kubectl and edgectl reach an API that wants a token.
struct KubeconfigFile: Sendable {
  let path: String

  /// The token in the file; `nil` where there is none.
  private var token: String? {
    guard let data = FileManager.default.contents(atPath: path), let document = try? YAMLDocument.parseAll(data, file: path).first
    else { return nil }
    let token = document.value["users"]?[0]?.at("user", "token")?.string
    // Short ones are somebody's own, and would be guessed.
    return token.flatMap { $0.utf8.count >= 32 ? $0 : nil }
  }

  /// Whether there is nothing in the file but what edgecore writes.
  private var isOurs: Bool {
    guard let data = FileManager.default.contents(atPath: path), !data.isEmpty else { return true }
    guard let file = try? YAMLDocument.parseAll(data, file: path).first?.value else { return false }
    let names = ["clusters", "users", "contexts"].flatMap { list in (file[list]?.array ?? []).map { $0["name"]?.string } }
    return !names.isEmpty && names.allSatisfy { $0 == "edgecore" }
  }

  /// Writes the file for a server; a token that is there stays.
  ///
  /// - Returns: The token.
  /// - Throws: What keeps the file from being written; a file of somebody else's is left alone.
  func prepare(server: String, authority: [UInt8]?) throws(EdgeCoreError) -> String {
    guard isOurs else {
      throw EdgeCoreError(
        .configuration,
        "\(path) is not a kubeconfig that edgecore made: name another file in --meta-server-kubeconfig, or move that one away")
    }
    let token = token ?? APIToken.make()
    let folder = (path as NSString).deletingLastPathComponent
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      throw EdgeCoreError(.configuration, "cannot make the folder \(folder): \(error.localizedDescription)")
    }
    let text = Self.text(server: server, authority: authority, token: token)
    if FileManager.default.contents(atPath: path) != Data(text.utf8) {
      do { try ProtectedFile.write(Data(text.utf8), to: path, mode: 0o600) } catch {
        throw EdgeCoreError(.configuration, error.message)
      }
    } else if chmod(path, 0o600) != 0 {
      throw EdgeCoreError(.configuration, "cannot close \(path) to others: \(String(cString: strerror(errno)))")
    }
    return token
  }

  private static func text(server: String, authority: [UInt8]?, token: String) -> String {
    let trust = authority.map { "\n      certificate-authority-data: \(Data($0).base64EncodedString())" } ?? ""
    return """
      # Made by edgecore: whoever has the token may do everything. Removed, it is made anew at edgecore's next start.
      apiVersion: v1
      kind: Config
      current-context: edgecore
      clusters:
        - name: edgecore
          cluster:
            server: \(server)\(trust)
      users:
        - name: edgecore
          user:
            token: "\(token)"
      contexts:
        - name: edgecore
          context:
            cluster: edgecore
            user: edgecore
            namespace: default

      """
  }
}
