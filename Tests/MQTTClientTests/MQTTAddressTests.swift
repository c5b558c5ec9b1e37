import MQTTClient
import Testing

@Suite("Broker addresses")
struct MQTTAddressTests {
  @Test(
    "An address is read in every usual shape",
    arguments: [
      ("tcp://127.0.0.1:1884", "127.0.0.1", 1884), ("mqtt://broker", "broker", 1883), ("broker:99", "broker", 99),
      ("localhost", "localhost", 1883), ("tcp://[::1]:1885/", "::1", 1885), ("[fe80::1]", "fe80::1", 1883),
    ] as [(String, String, UInt16)])
  func accepted(text: String, host: String, port: UInt16) throws {
    #expect(try MQTTAddress(parsing: text) == MQTTAddress(host: host, port: port))
  }

  @Test(
    "TLS has schemes and a port of its own",
    arguments: [("tls://broker", 8883), ("ssl://broker:99", 99), ("mqtts://broker/", 8883)] as [(String, UInt16)])
  func tls(text: String, port: UInt16) throws {
    let address = try MQTTAddress(parsing: text)
    #expect(address == MQTTAddress(host: "broker", port: port, usesTLS: true))
    #expect(address.description == "tls://broker:\(port)")
  }

  @Test(
    "What isn't an address is refused",
    arguments: ["", "tcp://", "wss://broker:8883", "broker:0", "broker:65536", "broker:x", "::1", "[::1]x", "a/b", "user@broker", "a b"])
  func refused(text: String) {
    let error = #expect(throws: MQTTError.self) { try MQTTAddress(parsing: text) }
    #expect(error?.code == .invalidArgument)
  }
}
