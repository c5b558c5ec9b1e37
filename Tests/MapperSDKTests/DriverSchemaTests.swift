import MapperSDK
import Testing

@Suite("Driver schemas")
struct DriverSchemaTests {
  private let schema = DriverSchema(
    protocolConfig: [
      .init("host", .string, isRequired: true, doc: "where the device listens"),
      .init("port", .integer(1...65535), default: 502, doc: "the TCP port"),
      .init("timeout", .number(0.1...60), unit: "seconds", doc: "how long to wait"),
      .init("seed", .anyInteger, doc: "any"),
      .init("gain", .anyNumber, doc: "any"),
      .init("isFast", .boolean, doc: "whether"),
      .init("parity", .oneOf(["none", "even"]), doc: "the parity"),
      .init("extra", .structure, doc: "more"),
    ], visitor: [.init("count", .integer(1 ... .max), doc: "how many")])

  private func check(_ text: String) throws -> [String] {
    try schema.checkProtocolConfig(JSONValue(parsing: text), path: "spec.protocol.configData").map { "\($0.isError ? "E" : "W") \($0)" }
  }

  @Test("A right configuration has no issues, whatever it leaves out")
  func accepts() throws {
    #expect(try check(#"{"host":"a"}"#) == [])
    #expect(
      try check(#"{"host":"a","port":1,"timeout":0.1,"seed":-1,"gain":1e300,"isFast":false,"parity":"even","extra":{},"x":null}"#)
        == ["W spec.protocol.configData.x: is not known to the driver"])
    #expect(schema.checkVisitor(nil, path: "v") == [])
    #expect(schema.checkVisitor(.null, path: "v") == [])
  }

  @Test(
    "What is wrong is named with its path",
    arguments: [
      ("{}", "host: is missing: where the device listens"), (#"{"host":null}"#, "host: is missing: where the device listens"),
      (#"{"host":1}"#, "host: expected a string, found 1"),
      (#"{"host":"a","port":0}"#, "port: expected an integer from 1 to 65535, found 0"),
      (#"{"host":"a","port":"x"}"#, #"port: expected an integer, found "x""#),
      (#"{"host":"a","timeout":61}"#, "timeout: expected a number from 0.1 to 60, found 61"),
      (#"{"host":"a","gain":"1"}"#, #"gain: expected a number, found "1""#),
      (#"{"host":"a","isFast":1}"#, "isFast: expected true or false, found 1"),
      (#"{"host":"a","parity":"odd"}"#, #"parity: expected one of none, even, found "odd""#),
      (#"{"host":"a","extra":1}"#, "extra: expected an object or a list, found 1"),
    ])
  func refuses(text: String, issue: String) throws {
    #expect(try check(text) == ["E spec.protocol.configData.\(issue)"])
  }

  @Test("All issues are found, unknown members with what may have been meant")
  func several() throws {
    #expect(
      try check(#"{"prot":1,"port":-1}"#) == [
        "E spec.protocol.configData.host: is missing: where the device listens",
        "E spec.protocol.configData.port: expected an integer from 1 to 65535, found -1",
        "W spec.protocol.configData.prot: is not known to the driver, did you mean port?",
      ])
    #expect(try check("[]") == ["E spec.protocol.configData: expected an object, found []"])
    #expect(schema.checkVisitor(["count": 0], path: "").map(\.description) == ["count: expected an integer of at least 1, found 0"])
  }

  @Test("A lenient member takes a number's text and a word in any case, and helps with a slip")
  func lenient() {
    let schema = DriverSchema(
      protocolConfig: [
        .init("port", .integer(1...65535), isLenient: true, doc: "the TCP port"),
        .init("scale", .anyNumber, isLenient: true, doc: "a factor"),
        .init("isSwap", .boolean, isLenient: true, doc: "whether"),
        .init("parity", .oneOf(["none", "even", "odd"]), isLenient: true, doc: "the parity"),
      ], visitor: [])
    func check(_ value: JSONValue) -> [String] { schema.checkProtocolConfig(value, path: "").map(\.description) }
    #expect(check(["port": "5502", "scale": "0.1", "isSwap": "true", "parity": "Even"]) == [])
    #expect(check(["port": 5502, "scale": 1, "isSwap": false, "parity": "odd"]) == [])
    #expect(check(["port": "70000"]) == [#"port: expected an integer from 1 to 65535, found "70000""#])
    #expect(check(["port": "x"]) == [#"port: expected an integer, found "x""#])
    #expect(check(["parity": "evne"]) == [#"parity: expected one of none, even, odd, found "evne", did you mean even?"#])
  }
}
