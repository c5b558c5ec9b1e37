import JSON
import NIOHTTP1
import TestSupport
import Testing

@testable import APIClient

@Suite("How a client gets in")
struct ServerAccessTests {
  @Test("A token is shown with each request, from a file as it is then")
  func token() async throws {
    let folder = try TestFolder()
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    let server = try await ScriptedServer([[.write(answer)], [.write(answer)], [.write(answer)]])
    var options = APIClient.Options()
    options.access.token = .text("secret")
    _ = try await APIClient(server: server.url, options: options).get("/")
    options.access.token = .file(path: try folder.write("token", "first\n"))
    let client = try APIClient(server: server.url, options: options)
    _ = try await client.get("/")
    try folder.write("token", "second")
    _ = try await client.get("/")
    #expect(server.requests.map { $0.headers.first(name: "authorization") } == ["Bearer secret", "Bearer first", "Bearer second"])

    try folder.write("token", " \n")
    let error = await #expect(throws: APIError.self) { try await client.get("/") }
    #expect(error?.code == .invalidAccess && error?.message.contains(folder.path("token")) == true)
  }

  @Test("A token isn't shown to another machine without TLS")
  func plain() throws {
    var options = APIClient.Options()
    options.access.token = .text("secret")
    let error = #expect(throws: APIError.self) { try APIClient(server: "http://edge:10550", options: options) }
    #expect(error?.code == .invalidAccess)
    for server in ["https://edge:10550", "http://localhost:1", "http://127.8.0.1:1", "http://[::1]:1"] {
      _ = try APIClient(server: server, options: options)
    }
    #expect(try APIClient(server: "https://edge").server == "https://edge:443")
  }

  @Test("A kubeconfig says the server, the authority and the token")
  func kubeconfig() throws {
    let folder = try TestFolder()
    let path = try folder.write(
      "kubeconfig",
      """
      apiVersion: v1
      kind: Config
      current-context: two
      clusters:
        - {name: a, cluster: {server: "http://127.0.0.1:1"}}
        - {name: b, cluster: {server: "https://edge:2", certificate-authority-data: UEVN, tls-server-name: other}}
        - {name: c, cluster: {server: "https://edge:3", certificate-authority: ca.pem, insecure-skip-tls-verify: false}}
        - {name: d, cluster: {server: "https://edge:4", insecure-skip-tls-verify: true}}
      users:
        - {name: me, user: {token: secret}}
        - {name: file, user: {tokenFile: token}}
        - {name: other, user: {client-certificate: me.pem}}
      contexts:
        - {name: one, context: {cluster: a}}
        - {name: two, context: {cluster: b, user: me, namespace: plant}}
        - {name: three, context: {cluster: c, user: file}}
        - {name: four, context: {cluster: d, user: other}}
        - {name: five, context: {cluster: nowhere, user: me}}
      """)
    let current = try Kubeconfig(path: path)
    #expect(current.server == "https://edge:2" && current.namespace == "plant")
    #expect(current.access == ServerAccess(token: .text("secret"), trust: .pem(Array("PEM".utf8)), serverName: "other"))
    #expect(try Kubeconfig(path: path, context: "one").access == ServerAccess())
    #expect(
      try Kubeconfig(path: path, context: "three").access
        == ServerAccess(token: .file(path: folder.path("token")), trust: .file(path: folder.path("ca.pem"))))
    for (context, problem) in [("four", "no token"), ("five", "no nowhere in clusters"), ("six", "no six in contexts")] {
      let error = #expect(throws: APIError.self) { try Kubeconfig(path: path, context: context) }
      #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
    }
    #expect(throws: APIError.self) { try Kubeconfig(path: folder.path("none")) }
    #expect(throws: APIError.self) { try Kubeconfig(path: try folder.write("bad", "kind: [")) }
  }

  @Test(
    "Base64 is read as others write it",
    arguments: [("", ""), ("YQ==", "a"), ("YWI=", "ab"), ("YWJj", "abc"), ("YW\nJj ", "abc"), ("YQ", "a")])
  func base64(text: String, bytes: String) {
    #expect(Base64.decode(text) == Array(bytes.utf8))
  }

  @Test("What is no Base64 is none", arguments: ["Y", "Y!==", "YQ==YQ=="])
  func notBase64(text: String) { #expect(Base64.decode(text) == nil) }
}
