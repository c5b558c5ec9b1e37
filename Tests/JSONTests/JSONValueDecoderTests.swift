import JSON
import Testing

@Suite("Decoding types from JSON values")
struct JSONValueDecoderTests {
  struct Config: Decodable, Equatable {
    enum Parity: String, Decodable { case none, even }
    struct Unit: Decodable, Equatable {
      var id: UInt8
      var scale: Double?
    }
    var host: String
    var port: UInt16
    var parity: Parity?
    var units: [Unit]
    var map: [String: Int]?
    var rate: Float?
    var isFast: Bool?
  }

  private func decode(_ text: String) throws -> Config {
    try JSONValueDecoder(path: "spec.configData").decode(Config.self, from: JSONValue(parsing: text))
  }

  @Test("Nested types, lists, maps, enums and absent or null members are read")
  func reads() throws {
    let config = try decode(
      #"{"host":"a","port":502.0,"parity":"even","units":[{"id":1,"scale":0.1},{"id":255,"scale":null}],"map":{"x":-1},"rate":1.5,"isFast":true,"other":[]}"#
    )
    #expect(
      config
        == Config(
          host: "a", port: 502, parity: .even, units: [.init(id: 1, scale: 0.1), .init(id: 255, scale: nil)], map: ["x": -1],
          rate: 1.5, isFast: true))
    #expect(try decode(#"{"host":"","port":1,"units":[]}"#).parity == nil)
  }

  @Test("Single values and large numbers are read whole")
  func single() throws {
    let decoder = JSONValueDecoder()
    #expect(try decoder.decode(UInt64.self, from: JSONValue(parsing: "18446744073709551615")) == .max)
    #expect(try decoder.decode(Int64?.self, from: .null) == nil)
    #expect(try decoder.decode([[Int]].self, from: [[1], [2, 3]]) == [[1], [2, 3]])
    #expect(try decoder.decode(String.self, from: "x") == "x")
    #expect(throws: JSONDecodingError(path: "", problem: "expected a string, found 1")) { try decoder.decode(String.self, from: 1) }
  }

  @Test(
    "What doesn't fit is named with its path",
    arguments: [
      (#"{"port":1,"units":[]}"#, "spec.configData.host: is missing"),
      (#"{"host":null,"port":1,"units":[]}"#, "spec.configData.host: is missing"),
      (#"{"host":1,"port":1,"units":[]}"#, "spec.configData.host: expected a string, found 1"),
      (#"{"host":"a","port":"x","units":[]}"#, #"spec.configData.port: expected an integer, found "x""#),
      (#"{"host":"a","port":1.5,"units":[]}"#, "spec.configData.port: expected an integer, found 1.5"),
      (#"{"host":"a","port":65536,"units":[]}"#, "spec.configData.port: expected an integer from 0 to 65535, found 65536"),
      (#"{"host":"a","port":1,"units":{}}"#, "spec.configData.units: expected a list, found an object"),
      (#"{"host":"a","port":1,"units":[{"id":1},{}]}"#, "spec.configData.units[1].id: is missing"),
      (#"{"host":"a","port":1,"units":[7]}"#, "spec.configData.units[0]: expected an object, found 7"),
      (#"{"host":"a","port":1,"units":[],"rate":1e99}"#, "spec.configData.rate: expected a number a Float can hold, found 1e99"),
      (#"{"host":"a","port":1,"units":[],"isFast":"yes"}"#, #"spec.configData.isFast: expected true or false, found "yes""#),
      ("[]", "spec.configData: expected an object, found a list"),
    ])
  func refuses(text: String, description: String) {
    let error = #expect(throws: JSONDecodingError.self) { try decode(text) }
    #expect(error?.description == description)
  }

  @Test("A value an enum doesn't have is named")
  func enumeration() {
    let error = #expect(throws: JSONDecodingError.self) { try decode(#"{"host":"a","port":1,"units":[],"parity":"odd"}"#) }
    #expect(error?.path == "spec.configData.parity")
    #expect(error?.problem.contains("odd") == true)
  }
}
