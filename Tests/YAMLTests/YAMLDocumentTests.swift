import JSON
import Testing
import YAML

@Suite("YAML documents")
struct YAMLDocumentTests {
  private static let device = """
    # A device
    apiVersion: devices.kubeedge.io/v1beta1
    kind: Device
    metadata:
      name: boiler
      labels:
        app.kubernetes.io/name: heating
    spec:
      properties:
        - name: a
        - name: b
          type: INTEGER
      protocol: {protocolName: modbus, configData: {slaveID: 1}}
    """

  @Test("A stream has many documents, those without content are left out")
  func stream() throws {
    let text = "---\n# nothing\n---\na: 1\n---\n---\n[2]\n...\n---\nnull\n"
    #expect(try YAMLDocument.parseAll(text, file: "f").map(\.value) == [["a": 1], [2], .null])
    #expect(try YAMLDocument.parseAll("", file: "f").isEmpty)
    #expect(try YAMLDocument.parseAll("# only a remark\n", file: "f").isEmpty)
  }

  @Test("JSON is YAML too")
  func json() throws {
    let text = #"{"a": [1, 2.50, true, null, "x\ny"], "b": {}}"#
    #expect(try YAMLDocument.parseAll(text, file: "f").map(\.value) == [try JSONValue(parsing: text)])
  }

  @Test(
    "A path leads to the line and column of its key or element",
    arguments: [
      ("", 2, 1), ("kind", 3, 1), ("metadata.name", 5, 3), ("metadata.labels[app.kubernetes.io/name]", 7, 5),
      ("spec.properties", 9, 3), ("spec.properties[0]", 10, 7), ("spec.properties[1].name", 11, 7), ("spec.properties[1].type", 12, 7),
      ("spec.protocol.configData.slaveID", 13, 49),
    ])
  func positions(path: String, line: Int, column: Int) throws {
    let positions = try #require(try YAMLDocument.parseAll(Self.device, file: "f").first).positions
    #expect(positions.contains(path))
    #expect(positions.position(of: path) == .init(line: line, column: column))
  }

  @Test(
    "What isn't there is looked for around it",
    arguments: [
      ("spec.properties[1].visitors.configData", 11, 7), ("spec.properties[7].name", 9, 3), ("status.twins", 2, 1),
      ("metadata.labels[x]", 6, 3),
    ])
  func nearestPosition(path: String, line: Int, column: Int) throws {
    let positions = try #require(try YAMLDocument.parseAll(Self.device, file: "f").first).positions
    #expect(!positions.contains(path))
    #expect(positions.position(of: path) == .init(line: line, column: column))
  }

  @Test("Positions count from the start of the file in every document, and in characters")
  func positionsOfLaterDocuments() throws {
    let documents = try YAMLDocument.parseAll("a: 1\n---\n{ä: {ö: 2}, b: 3}\n", file: "f")
    #expect(documents[1].positions.root == .init(line: 3, column: 1))
    #expect(documents[1].positions.position(of: "b") == .init(line: 3, column: 13))
  }

  @Test("Aliases stand for what their anchors mark, in one document only")
  func aliases() throws {
    let text = "a: &x {k: [1]}\nb: *x\nc: &y 5\nd: [*y, *y]\n"
    #expect(try YAMLDocument.parseAll(text, file: "f").map(\.value) == [["a": ["k": [1]], "b": ["k": [1]], "c": 5, "d": [5, 5]]])
    #expect(throws: YAMLError.self) { try YAMLDocument.parseAll("a: &x 1\n---\nb: *x", file: "f") }
  }

  @Test("Merge keys fill in what a mapping doesn't say itself, the first source first")
  func mergeKeys() throws {
    let text = """
      base: &base {a: 1, b: 2}
      more: &more {b: 3, c: 4}
      one: {<<: *base, a: 9}
      two: {<<: [*base, *more]}
      three: {'<<': kept}
      """
    let value = try #require(try YAMLDocument.parseAll(text, file: "f").first).value
    #expect(value["one"] == ["a": 9, "b": 2])
    #expect(value["two"] == ["a": 1, "b": 2, "c": 4])
    #expect(value["three"] == ["<<": "kept"])
  }
}
