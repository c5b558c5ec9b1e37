import JSON
import Testing
import YAML

@Suite("YAML writer")
struct YAMLWriterTests {
  @Test("The text looks as kubectl's does")
  func look() throws {
    let value = try JSONValue(
      parsing: """
        {"apiVersion":"devices.kubeedge.io/v1beta1","spec":{"properties":[{"name":"a","list":[1,[2,3],{"x":{}}]},
        {"desired":{"value":"","metadata":{"timestamp":"1664283437013"}}}],"empty":[],"on":true,"none":null},
        "metadata":{"creationTimestamp":"2026-11-23T04:55:47Z","name":"boiler"}}
        """)
    #expect(
      value.yaml == """
        apiVersion: devices.kubeedge.io/v1beta1
        metadata:
          creationTimestamp: "2026-11-23T04:55:47Z"
          name: boiler
        spec:
          empty: []
          none: null
          "on": true
          properties:
          - list:
            - 1
            - - 2
              - 3
            - x: {}
            name: a
          - desired:
              metadata:
                timestamp: "1664283437013"
              value: ""

        """)
  }

  @Test(
    "A string is quoted only when it has to be",
    arguments: [
      ("plain", "plain"), ("two words", "two words"), ("a:b", "a:b"), ("-x", "-x"), (":8080", ":8080"), ("it's", "it's"), ("a#b", "a#b"),
      ("é😀", "é😀"), ("a, b", "a, b"), ("x{y}", "x{y}"), ("http://127.0.0.1:7777/api", "http://127.0.0.1:7777/api"),
      ("", "\"\""), ("true", "\"true\""), ("y", "\"y\""), ("12", "\"12\""), ("1e3", "\"1e3\""), ("~", "\"~\""), (".inf", "\".inf\""),
      ("<<", "\"<<\""), ("2026-11-23", "\"2026-11-23\""), ("12:30:45", "\"12:30:45\""), ("0x1F", "\"0x1F\""),
      ("a: b", "'a: b'"), ("a:", "'a:'"), ("a #b", "'a #b'"), (" a", "' a'"), ("a ", "'a '"), ("- a", "'- a'"), ("-", "'-'"),
      ("'a", "'''a'"), ("[a", "'[a'"), ("{{x}}", "'{{x}}'"), ("*", "'*'"), ("&a", "'&a'"), ("!a", "'!a'"), ("%a", "'%a'"), ("@a", "'@a'"),
      ("`a", "'`a'"), ("|", "'|'"), (">", "'>'"), ("\"a\"", "'\"a\"'"), ("---", "'---'"), ("...x", "'...x'"), ("#a", "'#a'"),
      ("a\tb", "\"a\\tb\""), ("a\u{7}", "\"a\\x07\""), ("\u{FEFF}a", "\"\\uFEFFa\""), ("\n", "\"\\n\""), (" a\nb", "\" a\\nb\""),
      ("a\r\nb", "\"a\\r\\nb\""), ("a \nb", "\"a \\nb\""),
    ])
  func quoting(text: String, yaml: String) {
    #expect(JSONValue.string(text).yaml == yaml + "\n")
  }

  @Test("Text of several lines is a literal block that keeps its last line ends")
  func literals() {
    let value: JSONValue = ["a": "one\ntwo", "b": "one\ntwo\n", "c": "one\n\n", "d": ["x\n  y\n"]]
    #expect(
      value.yaml == """
        a: |-
          one
          two
        b: |
          one
          two
        c: |+
          one

        d:
        - |
          x
            y

        """)
  }

  @Test("Several documents are told apart")
  func documents() throws {
    var writer = YAMLWriter()
    writer.document(["a": 1])
    writer.document([2])
    #expect(writer.text == "a: 1\n---\n- 2\n")
    #expect(try YAMLDocument.parseAll(writer.text, file: "f").map(\.value) == [["a": 1], [2]])
  }

  @Test("Whatever is written is read as the same value", arguments: 0..<64)
  func roundTrip(seed: UInt64) throws {
    var generator = ValueGenerator(seed: seed)
    for _ in 0..<100 {
      let value = generator.value(depth: 4)
      let text = value.yaml
      let documents = try YAMLDocument.parseAll(text, file: "generated", limits: YAMLLimits(maximumNodes: 1_000_000))
      #expect(documents.map(\.value) == [value], "\(text)")
    }
  }
}
