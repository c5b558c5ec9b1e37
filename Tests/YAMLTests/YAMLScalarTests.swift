import JSON
import Testing
import YAML

@Suite("YAML scalars")
struct YAMLScalarTests {
  @Test(
    "A plain scalar means what go-yaml takes it for",
    arguments: [
      ("~", "null"), ("null", "null"), ("Null", "null"), ("NULL", "null"), ("nUll", "\"nUll\""),
      ("true", "true"), ("True", "true"), ("yes", "true"), ("ON", "true"), ("y", "true"), ("tRUE", "\"tRUE\""),
      ("false", "false"), ("No", "false"), ("off", "false"), ("n", "false"),
      ("0", "0"), ("12", "12"), ("-12", "-12"), ("+12", "12"), ("-0", "-0"), ("1_000", "1000"),
      ("0x1F", "31"), ("0X1f", "31"), ("-0x1F", "-31"), ("0xFFFFFFFFFFFFFFFF", "18446744073709551615"), ("0xg", "\"0xg\""),
      ("0o17", "15"), ("017", "15"), ("-017", "-15"), ("0b101", "5"), ("08", "8"), ("00", "0"), ("0o8", "\"0o8\""),
      ("123456789012345678901234567890", "123456789012345678901234567890"),
      (".5", "0.5"), ("-.5", "-0.5"), ("1.", "1"), ("1e3", "1e3"), ("1E+3", "1E+3"), ("+1.50", "1.50"), ("08.5", "8.5"), (".5e1", "0.5e1"),
      (".", "\".\""), ("-.", "\"-.\""), ("1e", "\"1e\""), ("1.2.3", "\"1.2.3\""), ("0x", "\"0x\""), ("1-2", "\"1-2\""), ("_1", "\"_1\""),
      ("2026-11-23", "\"2026-11-23\""), ("12:30", "\"12:30\""), ("edge-node-1", "\"edge-node-1\""), ("=", "\"=\""),
    ])
  func plain(text: String, json: String) throws {
    #expect(try parse("a: \(text)").text == "{\"a\":\(json)}")
  }

  @Test("Quotes and blocks make strings", arguments: ["'12'", "\"12\"", "|-\n  12", ">-\n  12", "!!str 12", "! 12"])
  func quoted(text: String) throws {
    #expect(try parse("a: \(text)") == ["a": "12"])
  }

  @Test(
    "Explicit tags are honoured",
    arguments: [
      ("!!str true", "\"true\""), ("!!str", "\"\""), ("!!int '0x10'", "16"), ("!!float 3", "3"), ("!!bool 'yes'", "true"),
      ("!!null ''", "null"), ("!!timestamp 2026-11-23", "\"2026-11-23\""), ("!!seq [a]", "[\"a\"]"), ("!!map {a: b}", "{\"a\":\"b\"}"),
    ])
  func tags(text: String, json: String) throws {
    #expect(try parse("a: \(text)").text == "{\"a\":\(json)}")
  }

  @Test("Keys that aren't strings become their text")
  func keys() throws {
    #expect(try parse("1: a\ntrue: b\n1.5: c\n0x10: d\n'2': e").text == #"{"1":"a","1.5":"c","16":"d","2":"e","true":"b"}"#)
  }

  @Test("Escapes, folding and line ends are read")
  func escapes() throws {
    #expect(try parse(#""\x41\u00e9\U0001F600\n\t\"""#) == "Aé😀\n\t\"")
    #expect(try parse("a: one\n  two\n\n  three") == ["a": "one two\nthree"])
    #expect(try parse("a: |\r\n  one\r\n  two\r\n") == ["a": "one\ntwo\n"])
  }

  private func parse(_ text: String) throws -> JSONValue {
    let documents = try YAMLDocument.parseAll(text, file: "test.yaml")
    return try #require(documents.first).value
  }
}
