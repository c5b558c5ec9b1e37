import Glibc
import MQTTClient
import TestSupport
import Testing

@Suite("The MQTT client with TLS, and a real mosquitto", .timeLimit(.minutes(2)))
struct TLSTests {
  private let folder: TestFolder
  private let authority: TestAuthority

  init() async throws {
    folder = try TestFolder("tls")
    authority = try await TestAuthority(folder)
  }

  /// A broker that speaks TLS on its second port.
  private func broker(_ server: TestAuthority.Identity, asksForCertificate: Bool = false) async throws -> (TestBroker, port: Int) {
    let port = freePort()
    let broker = try await TestBroker(
      configuration: """
        listener \(port) 127.0.0.1
        cafile \(authority.certificate)
        certfile \(server.certificate)
        keyfile \(server.key)
        require_certificate \(asksForCertificate)
        """)
    return (broker, port)
  }

  private func client(_ port: Int, host: String = "127.0.0.1", _ tls: MQTTTLS?) throws -> (MQTTClient, EventReader) {
    var configuration = MQTTConfiguration(address: MQTTAddress(host: host, port: UInt16(port), usesTLS: tls != nil), clientID: "tls")
    configuration.tls = tls
    configuration.reconnectDelayMinimum = .milliseconds(20)
    configuration.reconnectDelayMaximum = .milliseconds(200)
    let client = try MQTTClient(configuration: configuration)
    return (client, EventReader(client))
  }

  /// Why a client doesn't get in.
  private func refusal(_ port: Int, host: String = "127.0.0.1", _ tls: MQTTTLS?) async throws -> MQTTError {
    let (client, events) = try client(port, host: host, tls)
    try client.connect()
    let error = try await events.disconnected()
    await client.close()
    return error
  }

  @Test("Messages of any size pass, in order, and the connection comes back")
  func messages() async throws {
    let server = try await authority.issue("broker")
    let (broker, port) = try await broker(server)
    let (client, events) = try client(port, MQTTTLS(caFile: authority.certificate))
    try client.subscribe(["a"])
    try client.connect()
    try await events.connected()
    let sizes = [1, 100_000, 1_000_000] + Array(repeating: 50, count: 300)
    for size in sizes { try client.publish(topic: "a", payload: [UInt8](repeating: 7, count: size)) }
    for size in sizes { #expect(try await events.message().payload.count == size) }
    try await broker.restart()
    _ = try await events.disconnected()
    try await events.connected()
    try client.publish(topic: "a", payload: [1])
    #expect(try await events.message().payload == [1])
    await client.close()
  }

  @Test("A certificate and its key let in who has them; who has none, or one of others, is told so")
  func clientCertificate() async throws {
    let server = try await authority.issue("broker")
    let (broker, port) = try await broker(server, asksForCertificate: true)
    let own = try await authority.issue("mapper-7")
    let (client, events) = try client(
      port, MQTTTLS(caFile: authority.certificate, certFile: own.certificate, keyFile: own.key))
    try client.connect()
    try await events.connected()
    await client.close()

    let none = try await refusal(port, MQTTTLS(caFile: authority.certificate))
    #expect(none.code == .tls)
    #expect(none.reason.contains("refuses the client's certificate (there is none)"), "\(none)")
    let others = try await TestAuthority(folder, name: "others").issue("stranger")
    let stranger = try await refusal(port, MQTTTLS(caFile: authority.certificate, certFile: others.certificate, keyFile: others.key))
    #expect(stranger.reason.contains("refuses the client's certificate (\(others.certificate))"), "\(stranger)")
    _ = broker
  }

  @Test("A broker's certificate that isn't trusted, has expired or is for another host keeps the client away")
  func distrust() async throws {
    let (good, port) = try await broker(try await authority.issue("broker"))
    let others = try await TestAuthority(folder, name: "others")
    let untrusted = try await refusal(port, MQTTTLS(caFile: others.certificate))
    #expect(untrusted.code == .tls)
    #expect(
      untrusted.reason.contains(
        "isn't trusted: self-signed certificate in certificate chain (authorities: \(others.certificate))"), "\(untrusted)")
    #expect(try await refusal(port, MQTTTLS()).reason.contains("isn't trusted"))

    let (expired, expiredPort) = try await broker(try await authority.issue("old", days: -1))
    let old = try await refusal(expiredPort, MQTTTLS(caFile: authority.certificate))
    #expect(old.reason.contains("isn't trusted: certificate has expired"), "\(old)")

    let (other, otherPort) = try await broker(try await authority.issue("other", for: "DNS:elsewhere.example"))
    let foreign = try await refusal(otherPort, MQTTTLS(caFile: authority.certificate))
    #expect(foreign.reason == "the certificate of the broker at tls://127.0.0.1:\(otherPort) isn't for \"127.0.0.1\"", "\(foreign)")
    _ = (good, expired, other)
  }

  @Test("A broker without TLS, a client without it, and nobody there are told apart")
  func noTLS() async throws {
    let (broker, port) = try await broker(try await authority.issue("broker"))
    let plain = try await refusal(broker.port, MQTTTLS(caFile: authority.certificate))
    #expect(plain.code == .tls)
    #expect(plain.reason.contains("speak TLS on that port"), "\(plain)")
    let eager = try await refusal(port, nil)
    #expect(eager.reason.contains("does it expect TLS, tls://host:port?"), "\(eager)")
    let nobody = try await refusal(freePort(), MQTTTLS(caFile: authority.certificate))
    #expect(nobody.code == .connectionFailed)
    #expect(nobody.reason.hasSuffix("Connection refused"), "\(nobody)")
  }

  @Test("Files that are missing, no PEM or don't belong together are named, and are looked at again at the next attempt")
  func files() async throws {
    let (broker, port) = try await broker(try await authority.issue("broker"), asksForCertificate: true)
    let own = try await authority.issue("one")
    let other = try await authority.issue("two")
    let text = try folder.write("text.pem", "no certificate\n")
    let ca = authority.certificate
    func reason(_ tls: MQTTTLS) async throws -> String {
      let error = try await refusal(port, tls)
      #expect(error.code == .tls)
      return error.reason
    }
    #expect(
      try await reason(MQTTTLS(caFile: folder.path("none.pem")))
        == "can't read the file of the authorities, \(folder.path("none.pem")): No such file or directory")
    #expect(try await reason(MQTTTLS(caFile: text)) == "the file of authorities \(text) holds no certificate as PEM")
    #expect(
      try await reason(MQTTTLS(caFile: ca, certFile: text, keyFile: own.key))
        == "the client's certificate \(text) holds no certificate as PEM")
    #expect(
      try await reason(MQTTTLS(caFile: ca, certFile: own.certificate, keyFile: text))
        == "the private key \(text) is no private key as PEM, or has a password")
    #expect(
      try await reason(MQTTTLS(caFile: ca, certFile: own.certificate, keyFile: other.key))
        == "the private key \(other.key) doesn't belong to the certificate \(own.certificate)")
    #expect(try await reason(MQTTTLS(caFile: ca, certFile: own.certificate)) == "TLS has a certificate but no private key")

    // Later the right key is there.
    let late = folder.path("late.pem")
    let (client, events) = try client(port, MQTTTLS(caFile: ca, certFile: own.certificate, keyFile: late))
    try client.connect()
    #expect(try await events.disconnected().reason.contains(late))
    try folder.write("late.pem", try folder.read("one-key.pem"))
    try await events.connected()
    await client.close()
    _ = broker
  }

  @Test("A private key that others may read is worth a warning")
  func exposedKey() async throws {
    let own = try await authority.issue("own")
    let tls = MQTTTLS(certFile: own.certificate, keyFile: own.key)
    #expect(tls.warning == nil)
    #expect(chmod(own.key, 0o644) == 0)
    #expect(tls.warning == "others than its owner may read the private key \(own.key); chmod 600 \(own.key)")
  }
}
