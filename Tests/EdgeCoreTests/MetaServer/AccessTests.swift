import Foundation
import Logging
import TestSupport
import Testing

@testable import EdgeCore

@Suite("Who may use the API")
struct AccessTests {
  @Test("The token opens everything, nothing else does, and health is told to all")
  func token() throws {
    let access = APIAccess.token(APIToken("secret"), opensMetrics: false)
    for header in ["Bearer secret", "bearer secret", "Bearer  secret"] {
      #expect(try access.check(header, for: .discovery("/api")))
    }
    for header in [nil, "", "secret", "Bearer", "Bearer ", "Bearer secre", "Bearer secret1", "Bearer Secret", "Basic secret"] {
      let refusal = #expect(throws: APIStatus.self) { try access.check(header, for: .discovery("/api")) }
      #expect(refusal?.code == 401 && refusal?.reason == "Unauthorized")
      #expect(throws: APIStatus.self) { try access.check(header, for: .metrics) }
      #expect(throws: APIStatus.self) { try access.check(header, for: nil) }
      #expect(try !access.check(header, for: .health("livez")))
    }
    #expect(try !APIAccess.token(APIToken("secret"), opensMetrics: true).check(nil, for: .metrics))
    #expect(try !APIAccess.everybody.check("Bearer secret", for: .discovery("/api")))
  }

  @Test("A kubeconfig keeps its token, and is for its owner alone")
  func kubeconfig() throws {
    let folder = try TestFolder()
    let file = KubeconfigFile(path: folder.path("state/kubeconfig"))
    let token = try file.prepare(server: "https://edge:1", authority: Array("PEM".utf8))
    #expect(token.count == 64)
    #expect(try folder.read("state/kubeconfig").contains("certificate-authority-data: UEVN\n"))
    chmod(file.path, 0o644)
    #expect(try file.prepare(server: "https://edge:1", authority: Array("PEM".utf8)) == token)
    #expect(try mode(file.path) == 0o600)
    #expect(try file.prepare(server: "http://127.0.0.1:2", authority: nil) == token)
    let text = try folder.read("state/kubeconfig")
    #expect(text.contains("server: http://127.0.0.1:2\n") && !text.contains("certificate-authority-data"))
    #expect(try mode(file.path) == 0o600)
    try folder.write("state/kubeconfig", "users: [{name: edgecore, user: {token: short}}]")
    #expect(try file.prepare(server: "http://127.0.0.1:2", authority: nil).count == 64)
  }

  @Test("A kubeconfig of somebody else's is left alone", arguments: ["clusters", "users", "contexts", ""])
  func foreignKubeconfig(list: String) throws {
    let folder = try TestFolder()
    let text =
      list.isEmpty ? "not a kubeconfig" : "\(list): [{name: prod}]\n" + (list == "users" ? "" : "users: [{name: edgecore}]\n")
    try folder.write("kubeconfig", text)
    let file = KubeconfigFile(path: folder.path("kubeconfig"))
    let error = #expect(throws: EdgeCoreError.self) { try file.prepare(server: "http://127.0.0.1:2", authority: nil) }
    #expect(error?.message.contains(file.path) == true)
    #expect(try folder.read("kubeconfig") == text)
  }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test("A host is known by the loopback's names, its own, and those given to it")
  func hosts() throws {
    let door = RequestDoor(host: "10.0.0.5") { ["edge.example"] }
    for name in ["10.0.0.5:10550", "edge.example", "EDGE.example:10550", "127.0.0.1", "localhost:1", "[::1]:2"] {
      try door.check(authority: name, origin: nil)
      try door.check(authority: name, origin: "https://\(name)")
    }
    for name in ["evil.example", "10.0.0.6", "edge.example.evil", ""] {
      #expect(throws: APIStatus.self) { try door.check(authority: name, origin: nil) }
    }
  }

  @Test("A certificate says its names, is read again when it changes, and kept when the new one is none")
  func certificates() async throws {
    let folder = try TestFolder()
    let authority = try await TestAuthority(folder)
    let first = try await authority.issue("one", for: "DNS:Edge.example,IP:10.0.0.5,IP:::1")
    let tls = APITLS(certFile: first.certificate, privateKeyFile: first.key)
    let clock = ManualClock()
    let store = try CertificateStore(tls, clock: clock, logger: Logger(label: "test"))
    #expect(store.names == ["edge.example", "10.0.0.5", "::1"])

    let second = try await authority.issue("two", for: "DNS:other.example")
    try folder.write("one.pem", try folder.read("two.pem"))
    clock.advance(by: 2_000)
    // The key isn't there yet.
    #expect(store.names == ["edge.example", "10.0.0.5", "::1"])
    try folder.write("one-key.pem", try folder.read("two-key.pem"))
    clock.advance(by: 2_000)
    #expect(store.names == ["other.example"])
    _ = second

    for (certificate, key) in [(first.key, second.key), (second.certificate, folder.path("none")), (authority.certificate, second.key)] {
      let error = #expect(throws: EdgeCoreError.self) {
        try CertificateStore(APITLS(certFile: certificate, privateKeyFile: key), clock: clock, logger: Logger(label: "test"))
      }
      #expect(error?.message.contains("modules.metaManager.metaServer") == true)
    }
  }

  @Test("What is open to other machines needs TLS and a token")
  func openness() throws {
    func configuration(_ change: (inout EdgeCoreOptions) -> Void) throws -> EdgeCoreConfiguration {
      var options = EdgeCoreOptions()
      options.metaServer = "0.0.0.0:10550"
      change(&options)
      return try EdgeCoreConfiguration([options])
    }
    func problem(_ change: (inout EdgeCoreOptions) -> Void) -> String {
      do {
        _ = try configuration(change)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(problem { _ in }.contains("a credential (modules.metaManager.metaServer.auth: token) and TLS"))
    #expect(problem { $0.metaServerAuth = "token" }.contains("needs TLS"))
    #expect(
      problem {
        $0.metaServerTLSCertFile = "a"
        $0.metaServerTLSPrivateKeyFile = "b"
      }.contains("needs a credential"))
    #expect(problem { $0.metaServerAuth = "password" }.contains("none or token"))
    #expect(problem { $0.metaServerTLSCertFile = "a" }.contains("no tlsPrivateKeyFile"))
    let open = try configuration {
      $0.metaServerAuth = "token"
      $0.metaServerTLSCertFile = "a"
      $0.metaServerTLSPrivateKeyFile = "b"
      $0.metaServerNames = "Edge.example, 10.0.0.5"
    }
    #expect(open.metaServerNeedsToken && open.metaServerTLS != nil && open.metaServerNames == ["edge.example", "10.0.0.5"])
  }
}
