import DeviceAPI
import Logging
import MapperRuntime
import Testing

@Suite("Keeping secret texts out of what is said")
struct SecretMaskTests {
  private func mask(_ texts: String...) -> SecretMask {
    var mask = SecretMask()
    mask.learn(texts.enumerated().map { SecretText($1, label: "(secret s/\($0))") })
    return mask
  }

  @Test(
    "A text is found as it is, and as it is commonly written",
    arguments: [
      ("hunter2 hunts", "login as hunter2 hunts failed", "login as (secret s/0) failed"),
      ("pass word\"1\n", #"{"p":"pass word\"1\n"}"#, #"{"p":"(secret s/0)"}"#),
      ("correct&horse", "opc.tcp://u:correct%26horse@plc", "opc.tcp://u:(secret s/0)@plc"),
      ("correct horse", "Basic Y29ycmVjdCBob3JzZQ==", "Basic (secret s/0)"),
      ("10.1.2.3\n", "no route to 10.1.2.3:502", "no route to (secret s/0):502"),
      ("5.02e2", "port 502 is closed, and 5.02e2", "port (secret s/0) is closed, and (secret s/0)"),
      ("0123456789abcdefghijklmnop", "found \"0123456789abcdefghij...", "found \"(secret s/0)..."),
    ])
  func forms(secret: String, said: String, shown: String) { #expect(mask(secret).masked(said) == shown) }

  @Test("A short one is found where it stands alone, a longer one anywhere")
  func words() {
    let mask = mask("7", "502", "key", "longsecret")
    #expect(mask.masked("unit 7 of 10: key at 15020, monkey, 502") == "unit 7 of 10: (secret s/2) at 15020, monkey, (secret s/1)")
    #expect(mask.masked("xlongsecrety") == "x(secret s/3)y")
    #expect(mask.masked("nothing") == "nothing")
  }

  @Test("Of several the longest is found, and no label is looked into")
  func several() {
    #expect(mask("secret", "secretive one").masked("a secretive one, a secret") == "a (secret s/1), a (secret s/0)")
    #expect(mask("").masked("a") == "a")
    #expect(SecretMask().masked("a") == "a")
  }

  @Test("What is logged has none, in messages, errors and metadata")
  func logs() {
    let secrets = SecretTexts()
    let lines = LogLines()
    var logger = secrets.masking(lines.logger)
    logger.info("before: 10.20.30.40")
    secrets.learn([SecretText("10.20.30.40", label: "(secret plc/ip)")])
    logger[metadataKey: "bus"] = "tcp://10.20.30.40"
    logger.warning("no answer of 10.20.30.40", metadata: ["addresses": ["10.20.30.40"], "more": ["a": "10.20.30.40"]])
    #expect(lines.lines == ["info before: 10.20.30.40", "warning no answer of (secret plc/ip)"])
    #expect(
      lines.lineMetadata.last == [
        "bus": "tcp://(secret plc/ip)", "addresses": ["(secret plc/ip)"], "more": ["a": "(secret plc/ip)"],
      ])
  }
}
