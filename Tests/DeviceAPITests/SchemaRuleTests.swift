import DeviceAPI
import JSON
import Testing

@Suite("Schemas of any CRD")
struct SchemaRuleTests {
  @Test("A member whose name Unicode would sort elsewhere hides none that is required")
  func decomposedName() {
    let schema = Schema.of(.device, .v1beta1)
    let device: JSONValue = [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "metadata": ["name": "d"],
      "spec": ["methods": [["m\u{301}": 1, "name": "a"]]],
    ]
    #expect(schema?.validate(device).map(\.kind) == [.unknownField])
  }

  /// What a kube-apiserver made of objects of two CRDs that have a field for each rule: the object as it was stored, or the
  /// causes of its refusal, with the reasons and paths newer servers give.
  private let vectors: JSONValue

  init() throws { vectors = try JSONValue(parsing: readFile("/\(packageRoot)/Tests/DeviceAPITests/Vectors/schema-rules.json")) }

  private func schema(_ kind: String) throws -> Schema {
    try Schema(openAPI: #require(vectors["schemas"]?[kind]), isResource: true, checksPatterns: true)
  }

  @Test("Objects are pruned, completed and checked as a kube-apiserver does it")
  func recorded() throws {
    let schemas = try ["Gadget": schema("Gadget"), "Site": schema("Site")]
    let cases = try #require(vectors["cases"]?.array)
    #expect(cases.count == 55)
    for one in cases {
      let schema = try #require(schemas[one["kind"]?.string ?? ""])
      var object = schema.prune(try #require(one["object"])).0
      schema.applyDefaults(to: &object)
      let causes = schema.validate(object).map { [JSONValue.string($0.kind.rawValue), .string($0.path)] }
      let expected = (one["causes"]?.array ?? []).compactMap(\.array)
      #expect(Set(causes) == Set(expected), "\(one["name"]?.text ?? "")")
      if let stored = one["stored"] { #expect(normal(object) == normal(stored), "\(one["name"]?.text ?? "")") }
    }
  }

  @Test("A schema that was read says the same again")
  func written() throws {
    for kind in ["Gadget", "Site"] {
      let schema = try schema(kind)
      #expect(try Schema(openAPI: schema.openAPI, isResource: true, checksPatterns: true) == schema)
    }
  }

  @Test("Defaults are completed themselves, and null gives way to them")
  func defaults() throws {
    let schema = try schema(
      """
      {type: object, properties: {
        a: {type: object, default: {}, properties: {b: {type: integer, default: 3}, c: {type: string}}},
        n: {type: string, nullable: true, default: x}, m: {type: string, default: x},
        l: {type: array, items: {type: object, properties: {d: {type: boolean, default: true}}}},
        k: {type: object, additionalProperties: {type: object, properties: {d: {type: boolean, default: true}}}}}}
      """, isText: true)
    var object = try Samples.yaml("{n: null, m: null, l: [{}, {d: false}], k: {x: {}, y: {d: false}}}")
    schema.applyDefaults(to: &object)
    #expect(try object == Samples.yaml("{a: {b: 3}, n: null, m: x, l: [{d: true}, {d: false}], k: {x: {d: true}, y: {d: false}}}"))
    let complete = object
    schema.applyDefaults(to: &object)
    #expect(object == complete)
  }

  @Test(
    "Rules beyond those recorded",
    arguments: [
      ("{type: number, minimum: 1, exclusiveMinimum: true}", "1.0", "1.0 has to be more than 1"),
      ("{type: integer, minimum: 9007199254740993}", "9007199254740992", "9007199254740992 is below the minimum 9007199254740993"),
      ("{type: integer, format: int32}", "3000000000", "3000000000 doesn't fit 32 bits: it has to be from -2147483648 to 2147483647"),
      ("{type: number, format: float}", "1e40", "1e40 doesn't fit a number of single precision"),
      ("{type: integer, multipleOf: 7}", "15", "15 is no multiple of 7"),
      ("{type: object, minProperties: 1, additionalProperties: true}", "{}", "0 members, less than the 1 it needs"),
      (
        "{type: object, anyOf: [{required: [a]}, {required: [b]}], properties: {a: {type: string}, b: {type: string}}}", "{}",
        "a or b is needed"
      ),
      ("{type: object, not: {required: [a]}, properties: {a: {type: string}}}", "{a: x}", "a must not be there"),
      ("{type: string, maxLength: 2}", "äöü", "\"äöü\" is longer than the 2 characters allowed"),
      ("{type: array, items: {type: string}}", "[null]", "[0]: expected string, found null"),
      (
        "{type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [a, b], items: {type: object, properties: {a: {type: string}, b: {type: integer, default: 1}}}}",
        "[{a: x}, {a: x, b: 2}, {a: x, b: 1}]", "[2]: {\"a\":\"x\",\"b\":1} is there already, as [0]"
      ),
    ])
  func rules(schema text: String, value: String, problem: String) throws {
    #expect(try schema(text, isText: true).validate(Samples.yaml(value)).first?.description == problem)
  }

  @Test(
    "Formats",
    arguments: [
      (
        "date-time", ["2026-01-31T12:00:00Z", "2026-02-28t23:59:60.123+05:30", "2024-02-29T00:00:00Z"],
        ["2026-02-29T00:00:00Z", "2026-01-31", "2026-01-31 12:00:00Z", "2026-01-31T12:00:00", "2026-01-31T24:00:00Z", ""]
      ),
      ("byte", ["", "aGVsbG8=", "AAAA"], ["aGVsbG8", "a===", "a b="]),
      ("duration", ["1h30m", "-2.5s", "100ms", "3 days", "0"], ["", "soon", "1", "1x", "h"]),
      ("ipv4", ["0.0.0.0", "192.0.2.255"], ["300.1.1.1", "1.2.3", "01.2.3.4", "1.2.3.4.5"]),
      (
        "ipv6", ["::", "2001:db8::1", "1:2:3:4:5:6:7:8", "::ffff:192.0.2.1"],
        ["1:2:3:4:5:6:7", "1::2::3", "12345::", "1:2:3:4:5:6:7:8:9", ":1"]
      ),
      ("uuid", ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567e89b12d3a456426614174000", "x"]),
      ("mac", ["00:00:5e:00:53:01", "00-00-5E-00-53-01"], ["00:00:5e", "g0:00:5e:00:53:01"]),
      ("date", ["2026-01-31"], ["2026-01-32", "26-01-01"]),
      ("password", ["whatever", ""], []),
    ])
  func formats(format: String, right: [String], wrong: [String]) throws {
    let schema = try Schema(openAPI: ["type": "string", "format": .string(format)])
    for text in right { #expect(schema.validate(.string(text)) == [], "\(text)") }
    for text in wrong { #expect(schema.validate(.string(text)).map(\.kind) == [.typeInvalid], "\(text)") }
  }

  @Test(
    "What is no schema is refused with its place",
    arguments: [
      (
        "{type: object, properties: {a: {type: text}}}",
        "properties.a.type: \"text\" is not string, integer, number, boolean, array or object"
      ),
      ("{type: array, items: 5}", "items: expected a schema object, found integer"),
      ("{type: string, pattern: '['}", "pattern: \"[\" is no regular expression"),
      (
        "{type: array, items: {type: string}, x-kubernetes-list-type: map}", "x-kubernetes-list-map-keys: a list of type map needs its keys"
      ),
    ])
  func malformed(text: String, problem: String) throws {
    let error = #expect(throws: DeviceAPIError.self) { try schema(text, isText: true) }
    #expect(error?.description == problem)
  }

  @Test("Members and elements are found by name")
  func members() throws {
    let spec = try #require(schema("Gadget").member("spec"))
    #expect(spec.member("channels")?.listKeys == ["name"])
    #expect(spec.member("channels")?.element?.member("gain")?.default == 1)
    #expect(spec.member("tags")?.listType == .set)
    #expect(spec.member("order")?.listType == .atomic)
    #expect(spec.member("limits")?.member("whatever")?.form == .integer)
    #expect(spec.member("extra")?.preservesUnknown == true)
    #expect(spec.member("nothing") == nil)
    #expect(try schema("Site").member("spec")?.member("port")?.isIntOrString == true)
    #expect(try schema("Site").member("metadata")?.member("finalizers")?.listType == .set)
  }

  private func schema(_ text: String, isText: Bool) throws -> Schema { try Schema(openAPI: Samples.yaml(text), checksPatterns: true) }

  /// The same with each whole number in one form.
  private func normal(_ value: JSONValue) -> JSONValue {
    switch value {
    case .number(let number): number.int64.map { .init($0) } ?? value
    case .array(let elements): .array(elements.map(normal))
    case .object(let members): .object(JSONObject(members.map { ($0.key, normal($0.value)) }))
    default: value
    }
  }
}
