import FoundationEssentials
import Glibc
import JSON
import TestSupport
import Testing

@Suite("The API with TLS and a token", .serialized)
struct SecureAPITests {
  private typealias Secure = SecureInstallation

  @Test("kubectl, edgectl and a mapper get in with the kubeconfig that the first start made, and with their parts of it")
  func clients() async throws {
    let secure = try await Secure()
    let edge = secure.edge
    #expect(try FileManager.default.attributesOfItem(atPath: secure.kubeconfig)[.posixPermissions] as? Int == 0o600)
    try await secure.core.line(containing: secure.kubeconfig)
    let models = "\(Executables.repositoryRoot)/models/temperature"
    for file in ["device-model.yaml", "device.yaml"] {
      let applied = try await secure.kubectl("apply", "-f", "\(models)/\(file)")
      #expect(applied.exit == .code(0), "\(applied.stderr)")
    }
    let watcher = try await TestProcess(
      try Executables.kubectl(),
      ["--kubeconfig", secure.kubeconfig, "--cache-dir", edge.folder.path("cache"), "get", "devices", "-w"])
    try await watcher.line(containing: "temperature")

    let edgectl = try Executables.path(of: "edgectl")
    let got = try await TestProcess.run(edgectl, ["--kubeconfig", secure.kubeconfig, "get", "devices"])
    #expect(got.stdout.contains("temperature"), "\(got.stderr)")
    let parts = try await TestProcess.run(
      edgectl,
      ["--server", secure.url, "--certificate-authority", secure.authority.certificate, "get", "devices"],
      environment: ["EDGECTL_TOKEN": try secure.token()])
    #expect(parts.stdout.contains("temperature"), "\(parts.stderr)")
    let careless = try await TestProcess.run(
      edgectl, ["--server", secure.url, "--insecure-skip-tls-verify", "get", "devices"],
      environment: ["EDGECTL_TOKEN": try secure.token()])
    #expect(careless.stdout.contains("temperature"), "\(careless.stderr)")

    let options = [
      "--node-name", "edge-node-1", "--mqtt-server", "tcp://127.0.0.1:\(edge.mqttPort)", "--http-port", "off",
      "--state-directory", edge.folder.path("mapper"),
    ]
    let tokenFile = try edge.folder.write("token", try secure.token())
    for access in [
      ["--api-kubeconfig", secure.kubeconfig],
      ["--api-server", secure.url, "--api-token-file", tokenFile, "--api-ca-file", secure.authority.certificate],
    ] {
      let mapper = try await TestProcess(
        try Executables.path(of: "temperature-mapper"), options + access, environment: ["MAPPER_MQTT_CREDENTIALS": edge.mapperLogin])
      try await eventually("a value") {
        try await secure.kubectl("get", "device", "temperature", "-o", "jsonpath={.status.twins[*].reported.value}").stdout != ""
      }
      try await mapper.line(containing: "following the devices at \(secure.url)")
      #expect(try await mapper.stop() == .code(0))
    }
  }

  @Test("Without the token, with another, without TLS and without trust nobody gets in, and each is told why")
  func refusals() async throws {
    let secure = try await Secure()
    let edge = secure.edge
    func curl(_ arguments: String..., authority: Bool = true) async throws -> TestProcess.Result {
      try await TestProcess.run(
        "curl", ["-sS", "-i", "--max-time", "20"] + (authority ? ["--cacert", secure.authority.certificate] : []) + arguments)
    }
    for header in ["X: y", "Authorization: Bearer wrong", "Authorization: Basic \(try secure.token())"] {
      let refused = try await curl("-H", header, "\(secure.url)/apis/devices.kubeedge.io/v1beta1/devices")
      #expect(refused.stdout.hasPrefix("HTTP/1.1 401"), "\(refused.stdout)\(refused.stderr)")
      #expect(refused.stdout.contains(#""reason":"Unauthorized""#))
      #expect(try await curl("-H", header, "\(secure.url)/metrics").stdout.hasPrefix("HTTP/1.1 401"))
      #expect(try await curl("-H", header, "\(secure.url)/nowhere").stdout.hasPrefix("HTTP/1.1 401"))
    }
    #expect(try await curl("\(secure.url)/livez").stdout.hasPrefix("HTTP/1.1 200"))
    let authorization = "Authorization: Bearer \(try secure.token())"
    #expect(try await curl("-H", authorization, "\(secure.url)/metrics").stdout.hasPrefix("HTTP/1.1 200"))
    #expect(try await curl("-H", authorization, "-H", "Host: evil.example", "\(secure.url)/api").stdout.hasPrefix("HTTP/1.1 403"))
    #expect(try await curl("-H", authorization, "-H", "Host: edge.example", "\(secure.url)/api").stdout.hasPrefix("HTTP/1.1 200"))
    #expect(try await curl("--tls-max", "1.1", "\(secure.url)/livez").exit != .code(0))
    #expect(try await curl("\(secure.url)/livez", authority: false).exit != .code(0))

    let plain = try await curl("http://127.0.0.1:\(edge.apiPort)/livez")
    #expect(plain.stdout.hasPrefix("HTTP/1.1 400") && plain.stdout.contains("https://"), "\(plain.stdout)\(plain.stderr)")

    let edgectl = try Executables.path(of: "edgectl")
    for (arguments, expected) in [
      (["--server", secure.url], "comes from no authority that is trusted here"),
      (["--server", "http://127.0.0.1:\(edge.apiPort)"], "https://"),
      (["--server", secure.url, "--certificate-authority", secure.authority.certificate], "Unauthorized"),
    ] {
      let result = try await TestProcess.run(edgectl, arguments + ["get", "devices"])
      #expect(result.exit == .code(1) && result.stderr.contains(expected), "\(result.stderr)")
    }
    // What a half-made handshake holds is let go like any other silence.
    let socket = try RawSocket(port: edge.apiPort)
    try await socket.send([0x16, 0x03, 0x01, 0x00])
    try await socket.closedByOther(within: .seconds(90))
  }

  @Test("A new certificate counts without a restart, and a token stays over one")
  func renewal() async throws {
    let secure = try await Secure()
    let token = try secure.token()
    let edge = secure.edge
    let renewed = try await secure.authority.issue("renewed", for: "IP:127.0.0.1,DNS:renewed.example")
    for (new, old) in [(renewed.certificate, secure.identity.certificate), (renewed.key, secure.identity.key)] {
      #expect(rename(new, old) == 0)
    }
    try await eventually("the new certificate") {
      let answer = try await TestProcess.run(
        "curl",
        [
          "-sS", "--cacert", secure.authority.certificate, "--resolve", "renewed.example:\(edge.apiPort):127.0.0.1",
          "https://renewed.example:\(edge.apiPort)/livez",
        ])
      return answer.stdout == "ok"
    }
    let foreign = try await secure.authority.issue("foreign", for: "DNS:elsewhere.example")
    for (new, old) in [(foreign.certificate, secure.identity.certificate), (foreign.key, secure.identity.key)] {
      #expect(rename(new, old) == 0)
    }
    let edgectl = try Executables.path(of: "edgectl")
    try await eventually("a certificate for others is refused") {
      let result = try await TestProcess.run(
        edgectl, ["--server", secure.url, "--certificate-authority", secure.authority.certificate, "get", "devices"])
      return result.exit == .code(1) && result.stderr.contains("is for others than")
    }
    #expect(try await secure.core.stop() == .code(0))
    #expect(try secure.token() == token)
  }

  @Test("A token without TLS is for this machine, and Secrets are shown to who has it")
  func secrets() async throws {
    let edge = try Installation()
    let core = try await edge.launchEdgeCore(["--meta-server-auth", "token"])
    let kubeconfig = edge.folder.path("state/kubeconfig")
    func edgectl(_ arguments: String...) async throws -> TestProcess.Result {
      try await TestProcess.run(
        try Executables.path(of: "edgectl"), ["--kubeconfig", kubeconfig] + arguments, environment: ["HOME": edge.folder.path])
    }
    try await eventually("edgecore ready") { try await edgectl("get", "namespaces").exit == .code(0) }
    let file = try edge.folder.write(
      "secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: plc}\nstringData: {password: hunter2}\n")
    let created = try await edgectl("apply", "-f", file)
    #expect(created.exit == .code(0), "\(created.stderr)")
    #expect(try await edgectl("get", "secret", "plc", "-o", "jsonpath={.data.password}").stdout == "aHVudGVyMg==")
    let refused = try await edge.kubectl("get", "secrets")
    #expect(!refused.isSuccess, "\(refused.all)")
    #expect(core.isRunning)

    let open = try Installation()
    _ = try await open.startEdgeCore()
    #expect(try await open.kubectl("create", "secret", "generic", "plc", "--from-literal=password=hunter2").isSuccess)
    #expect(try await open.kubectl("get", "secret", "plc", "-o", "yaml").text.contains("aHVudGVyMg==") == false)
  }
}
