import JSON
import Testing
import YAML

@Suite("YAML errors")
struct YAMLErrorTests {
  @Test(
    "An error names file, line, column and problem",
    arguments: [
      ("a: 1\nb: 2\na: 3\n", "f.yaml:3:1: the key \"a\" is there already, at line 1"),
      ("a:\n  1: x\n  '1': y\n", "f.yaml:3:3: the key \"1\" is there already, at line 2"),
      ("a: !!int x\n", "f.yaml:1:4: \"x\" is no !!int"),
      ("a: !!int 1.5\n", "f.yaml:1:4: \"1.5\" is no !!int"),
      ("a:\n  - !mine x\n", "f.yaml:2:5: the tag !mine is unknown"),
      ("a: !!binary aGk=\n", "f.yaml:1:4: the tag !!binary is unknown"),
      ("a: !!set {b}\n", "f.yaml:1:4: the tag tag:yaml.org,2002:set is unknown for a mapping"),
      ("a: .inf\n", "f.yaml:1:4: .inf is a number JSON can't say; quote it if text is meant"),
      ("a: *x\n", "f.yaml:1:4: there is no anchor &x before this alias"),
      ("a: &x [*x]\n", "f.yaml:1:8: there is no anchor &x before this alias"),
      ("? [a]\n: b\n", "f.yaml:1:3: a key can't be a sequence"),
      ("~: b\n", "f.yaml:1:1: a key can't be null"),
      ("a: {<<: 1}\n", "f.yaml:1:9: << takes a mapping or a sequence of mappings"),
      ("a: b: c\n", "f.yaml:1:5: mapping values are not allowed in this context"),
      ("a:\n\t- b\n", "f.yaml:2:1: a tab can't indent or part what YAML says: write spaces"),
      ("a:\n  b: 1\n c: 2\n", "f.yaml:3:2: did not find expected key while parsing a block mapping that starts at line 1, column 1"),
      ("ä: \"x\n", "f.yaml:2:1: found unexpected end of stream while scanning a quoted scalar that starts at line 1, column 4"),
      ("a: 1\nbä: \u{1}\n", "f.yaml:2:5: control characters are not allowed"),
    ])
  func description(text: String, expected: String) {
    let error = #expect(throws: YAMLError.self) { try YAMLDocument.parseAll(text, file: "f.yaml") }
    #expect(error?.description == expected)
  }

  @Test("Bytes that aren't UTF-8 are refused")
  func invalidUTF8() {
    let error = #expect(throws: YAMLError.self) { try YAMLDocument.parseAll([0x61, 0x3A, 0x20, 0xFF, 0x0A], file: "f") }
    #expect(error?.line == 1)
    #expect(error?.column == 4)
  }

  @Test("The text, its depth and its size after following aliases are limited")
  func limits() throws {
    let limits = YAMLLimits(maximumBytes: 100, maximumDepth: 3, maximumNodes: 12)
    func problem(_ text: String) -> String? {
      #expect(throws: YAMLError.self) { try YAMLDocument.parseAll(text, file: "f", limits: limits) }?.description
    }
    #expect(problem(String(repeating: "#", count: 101)) == "f:1:1: the text has 101 bytes, more than the 100 allowed")
    #expect(problem("[[[[1]]]]") == "f:1:4: nested deeper than 3 levels")
    #expect(problem("a: &x [[1]]\nb: [[*x]]") == "f:2:6: nested deeper than 3 levels")
    #expect(problem("[1,2,3,4,5,6,7,8,9,0,1,2]") == "f:1:24: more than 12 keys and values, aliases followed")
    #expect(problem("a: &x [1,2,3]\nb: [*x, *x]") == "f:2:9: more than 12 keys and values, aliases followed")
    #expect(try YAMLDocument.parseAll("[[[1]]]", file: "f", limits: limits).count == 1)
  }

  @Test("A bomb of aliases is refused")
  func aliasBomb() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...30 {
      text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
    }
    #expect(throws: YAMLError.self) { try YAMLDocument.parseAll(text, file: "f") }
    let long = "a: &a " + String(repeating: "x", count: 1 << 20) + "\nb: [" + String(repeating: "*a, ", count: 1000) + "]\n"
    #expect(throws: YAMLError.self) { try YAMLDocument.parseAll(long, file: "f") }
  }

  @Test("Any bytes are either read or refused with a place in the text", arguments: 0..<32)
  func anyBytes(seed: UInt64) {
    var generator = ValueGenerator(seed: seed)
    for _ in 0..<200 {
      let bytes = generator.damaged(Array((generator.value(depth: 3).yaml + "a: &x {<<: {b: 1}, c: [!!str d, *x]}\n").utf8))
      do {
        for document in try YAMLDocument.parseAll(bytes, file: "f") { #expect(document.positions.root.line >= 1) }
      } catch {
        #expect(error.line >= 1 && error.column >= 1 && !error.problem.isEmpty)
        #expect(error.line <= bytes.count { $0 == 0x0A || $0 == 0x0D || $0 == 0x85 || $0 == 0xA8 || $0 == 0xA9 } + 2)
      }
    }
  }
}
