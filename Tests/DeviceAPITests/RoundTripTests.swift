import DeviceAPI
import JSON
import Testing
import YAML

@Suite("Nothing is lost on the way")
struct RoundTripTests {
  private static let ways = [(APIVersion.v1alpha2, APIVersion.v1beta1), (.v1beta1, .v1alpha2)]

  @Test("An object with every field of its schema comes back from the other version", arguments: 0..<20)
  func everyField(seed: UInt64) throws {
    var generator = ObjectGenerator(seed: seed, isComplete: true)
    for kind in [ResourceKind.device, .deviceModel] {
      for (source, target) in Self.ways {
        let object = generator.object(kind, source)
        let schema = try #require(Schema.of(kind, source))
        #expect(schema.validate(object) == [])
        // Every field is there, so that one which is added later is tested by itself.
        #expect(Self.missing(schema.member("spec"), object["spec"], "spec") == [])
        #expect(Self.missing(schema.member("status"), object["status"], "status") == [])
        let there = try convert(object, to: target)
        #expect(try convert(there, to: source) == object, "\(object.text)")
        // And once more through what was stored and read as text.
        let text = try JSONValue(parsing: there.text)
        #expect(try convert(text, to: source).text == object.text)
      }
    }
  }

  @Test("A sound object is sound in the other version too, and comes back from it", arguments: 0..<64)
  func soundness(seed: UInt64) throws {
    var generator = ObjectGenerator(seed: seed, isSound: true)
    for _ in 0..<25 {
      for kind in [ResourceKind.device, .deviceModel] {
        for (source, target) in Self.ways {
          let object = generator.object(kind, source)
          #expect(Schema.of(kind, source)?.validate(object) == [])
          let there = try convert(object, to: target)
          #expect(Schema.of(kind, target)?.validate(there) == [], "\(object.text)\n\(there.text)")
          #expect(try convert(there, to: source) == object, "\(object.text)")
        }
      }
    }
  }

  @Test("What a Modbus mapper takes and v1alpha2 has no value for stays beside its fields")
  func modbusBeyondV1Alpha2() throws {
    let device: JSONValue = [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "metadata": ["name": "d"],
      "spec": [
        "protocol": [
          "protocolName": "modbus", "configData": ["baudRate": 14400, "parity": "Even", "slaveID": 300, "port": 99999, "ip": "h"],
        ],
        "properties": [
          ["name": "p", "visitors": ["protocolName": "modbus", "configData": ["register": "holdingregister", "offset": 1, "limit": 1]]]
        ],
      ],
    ]
    let there = try convert(device, to: .v1alpha2)
    #expect(Schema.of(.device, .v1alpha2)?.validate(there) == [])
    #expect(
      there.at("spec", "protocol") == [
        "modbus": [:],
        "common": ["tcp": ["ip": "h"], "customizedValues": ["baudRate": 14400, "parity": "Even", "slaveID": 300, "port": 99999]],
      ])
    #expect(
      there.at("spec", "propertyVisitors")?[0] == [
        "propertyName": "p", "modbus": ["offset": 1, "limit": 1], "customizedValues": ["register": "holdingregister"],
      ])
    #expect(there.at("metadata", "annotations") == nil)
    #expect(try convert(there, to: .v1beta1) == device)
  }

  @Test("Free-form data keep their values and the kind and precision of their numbers, in JSON and YAML, both versions", arguments: 0..<40)
  func freeForm(seed: UInt64) throws {
    var generator = ObjectGenerator(seed: seed)
    for _ in 0..<25 {
      let data = JSONValue.object(
        JSONObject(["slaveID", "ip", "baudRate", "scale", "customized", "nested"].map { ($0, generator.freeValue(depth: 0)) }))
      let name: JSONValue = ["modbus", "gpio", "opcua", "anything"][Int(seed % 4)]
      let device: JSONValue = [
        "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "metadata": ["name": "d"],
        "spec": [
          "protocol": ["protocolName": name, "configData": data],
          "properties": [["name": "p", "visitors": ["protocolName": name, "configData": data], "pushMethod": ["anomalyDetection": data]]],
        ],
      ]
      var yaml = YAMLWriter()
      yaml.document(device)
      let fromYAML = try #require(try YAMLDocument.parseAll(yaml.text, file: "d.yaml").first).value
      #expect(fromYAML == device, "\(yaml.text)")
      let fromJSON = try JSONValue(parsing: device.prettyText)
      #expect(fromJSON == device)
      #expect(Schema.of(.device, .v1beta1)?.prune(device).0 == device)
      let back = try convert(JSONValue(parsing: convert(fromYAML, to: .v1alpha2).serialized), to: .v1beta1)
      #expect(back == device, "\(device.text)")
      let decoded = try Device(decoding: back)
      #expect(decoded.spec.protocolConfig == data)
      #expect(decoded.spec.properties.first?.visitor == data)
    }
  }

  @Test("Data may be as deep as requests may be")
  func deep() throws {
    var data: JSONValue = ["x": 1]
    for _ in 0..<110 { data = ["x": data] }
    let device: JSONValue = [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "metadata": ["name": "d"],
      "spec": [
        "protocol": ["protocolName": "modbus", "configData": data],
        "properties": [["name": "p", "pushMethod": ["anomalyDetection": data]]],
      ],
    ]
    #expect(try convert(convert(device, to: .v1alpha2), to: .v1beta1) == device)
  }

  /// The paths of fields that an object lacks.
  private static func missing(_ schema: Schema?, _ value: JSONValue?, _ path: String) -> [String] {
    guard let schema else { return [] }
    guard let value else { return [path] }
    switch schema.form {
    case .object(let fields, _): return fields.flatMap { missing($0.schema, value[$0.name], "\(path).\($0.name)") }
    case .array(let element): return missing(element, value[0], "\(path)[0]")
    default: return []
    }
  }
}
