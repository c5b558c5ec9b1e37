import JSON
import Testing

@Suite("JSON values")
struct JSONValueTests {
  @Test(
    "A document comes back as it was written, keys sorted",
    arguments: [
      "null", "true", "[]", "{}", "[1,2.50,-0,1e400,123456789012345678901234567890]",
      #"{"a":{"b":[{"c":"d"}]},"é":"\"\\\n\u0001"}"#,
    ])
  func roundTrip(text: String) throws {
    #expect(try JSONValue(parsing: text).text == text)
  }

  @Test("Escapes are read, half a surrogate pair becomes U+FFFD")
  func escapes() throws {
    #expect(try JSONValue(parsing: #""a\/\b\f\n\r\t\u00e9\ud83d\ude00\ud83dx""#) == .string("a/\u{8}\u{c}\n\r\té😀\u{FFFD}x"))
  }

  @Test("Of members with the same key the last is kept")
  func duplicateKeys() throws {
    #expect(try JSONValue(parsing: #"{"b":1,"a":2,"b":3}"#) == ["a": 2, "b": 3])
  }

  @Test(
    "Where a member is there twice is told",
    arguments: [
      (#"{"b":1,"a":2}"#, []), (#"{"b":1,"a":2,"b":3,"b":4}"#, ["b"]),
      (#"{"x":{"n":1},"y":{"n":1}}"#, []), (#"[{"n":1,"n":2},{"n":1}]"#, ["[0].n"]),
      (#"{"spec":{"list":[{"n":1},{"n":{"q":1,"\u0071":2},"n":3}]},"spec":[]}"#, ["spec.list[1].n.q", "spec.list[1].n", "spec"]),
    ])
  func duplicatePlaces(text: String, places: [String]) throws {
    let (value, duplicates) = try JSONValue.parsingDuplicates(Array(text.utf8))
    #expect(duplicates == places)
    #expect(try value == JSONValue(parsing: text))
  }

  @Test("Of very many members that are there twice a hundred are told")
  func manyDuplicates() throws {
    let text = "{" + (0..<500).map { "\"m\($0)\":1,\"m\($0)\":2" }.joined(separator: ",") + "}"
    #expect(try JSONValue.parsingDuplicates(Array(text.utf8)).duplicates == (0..<100).map { "m\($0)" })
  }

  @Test(
    "What isn't JSON is refused with its place",
    arguments: [
      ("", 1, 1), ("{\"a\":", 1, 6), ("{\n  \"a\": 1,\n}", 3, 1), ("[1 2]", 1, 4), ("01", 1, 1), ("\"a", 1, 1), ("tru", 1, 1),
      ("1 x", 1, 3),
      ("\"\u{1}\"", 1, 2), ("{a:1}", 1, 2), ("[1,]", 1, 4), ("\"\\x\"", 1, 3), ("-", 1, 1),
    ])
  func malformed(text: String, line: Int, column: Int) {
    let error = #expect(throws: JSONParseError.self) { try JSONValue(parsing: text) }
    #expect(error?.line == line)
    #expect(error?.column == column)
  }

  @Test("Nesting is bounded")
  func depth() throws {
    let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    #expect(throws: JSONParseError.self) { try JSONValue(parsing: deep) }
    #expect(try JSONValue(parsing: deep, maximumDepth: 200).array?.count == 1)
  }

  @Test("Numbers know their kind")
  func numbers() throws {
    #expect(try JSONValue(parsing: "2.0").integer == 2)
    #expect(try JSONValue(parsing: "2.5").integer == nil)
    #expect(try JSONValue(parsing: "9223372036854775807").integer == .max)
    #expect(JSONNumber(0.1)?.text == "0.1")
    #expect(JSONNumber(70.0)?.text == "70")
    #expect(JSONNumber(Double.nan) == nil)
    #expect(JSONNumber(text: "1.") == nil)
  }

  @Test("Members can be set, replaced and removed")
  func members() {
    var value = JSONValue.null
    value["b"] = 1
    value["a"] = "x"
    value["b"] = nil
    #expect(value == ["a": "x"])
    #expect(value.object?[ignoringCase: "A"] == "x")
  }

  @Test("Texts are the same when their bytes are, whatever Unicode takes for equivalent")
  func normalForms() throws {
    let (composed, decomposed) = ("\u{E9}", "e\u{301}")
    #expect(JSONValue.string(composed) != .string(decomposed))
    #expect(JSONValue.string(composed) == .string("\u{E9}"))
    #expect([JSONValue.string(composed)] != [.string(decomposed)])
    let object = try JSONValue(parsing: "{\"\(composed)\":1,\"\(decomposed)\":2,\"z\":3,\"f\":4}")
    #expect(object.object?.count == 4)
    #expect(object[composed] == 1)
    #expect(object[decomposed] == 2)
    #expect(object.text == "{\"\(decomposed)\":2,\"f\":4,\"z\":3,\"\(composed)\":1}")
    #expect(JSONObject([(composed, JSONValue(1))]) != JSONObject([(decomposed, JSONValue(1))]))
    var changed = object
    changed[decomposed] = nil
    #expect(changed[composed] == 1)
    #expect(changed.object?.count == 3)
    #expect(Set([JSONValue.string(composed), .string(decomposed), .string(composed)]).count == 2)
    #expect(Set([object, changed, object]).count == 2)
  }
}
