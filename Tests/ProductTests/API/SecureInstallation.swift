import TestSupport

/// An edgecore that is served with TLS and wants its token.
struct SecureInstallation {
  let edge: Installation
  let authority: TestAuthority
  let identity: TestAuthority.Identity
  let core: TestProcess

  var kubeconfig: String { edge.folder.path("state/kubeconfig") }
  var url: String { "https://127.0.0.1:\(edge.apiPort)" }

  init() async throws {
    edge = try Installation()
    authority = try await TestAuthority(edge.folder)
    identity = try await authority.issue("api", for: "IP:127.0.0.1,DNS:edge.example")
    core = try await edge.launchEdgeCore([
      "--meta-server", "0.0.0.0:\(edge.apiPort)", "--meta-server-auth", "token", "--meta-server-tls-cert-file", identity.certificate,
      "--meta-server-tls-private-key-file", identity.key, "--meta-server-tls-ca-file", authority.certificate,
    ])
    let (edge, kubeconfig) = (edge, kubeconfig)
    try await eventually("edgecore ready") {
      try await Self.kubectl(edge, ["--kubeconfig", kubeconfig, "get", "--raw", "/readyz"]).exit == .code(0)
    }
  }

  static func kubectl(_ edge: Installation, _ arguments: [String]) async throws -> TestProcess.Result {
    try await TestProcess.run(
      try Executables.kubectl(), ["--cache-dir", edge.folder.path("cache")] + arguments,
      environment: ["KUBECONFIG": edge.folder.path("none"), "HOME": edge.folder.path])
  }

  func kubectl(_ arguments: String...) async throws -> TestProcess.Result {
    try await Self.kubectl(edge, ["--kubeconfig", kubeconfig] + arguments)
  }

  func token() throws -> String {
    let text = try edge.folder.read("state/kubeconfig")
    guard let line = text.split(separator: "\n").first(where: { $0.contains("token:") }) else { throw TestSupportError(text) }
    return line.filter { $0.isHexDigit || $0 == "\"" }.split(separator: "\"").last.map(String.init) ?? ""
  }
}
