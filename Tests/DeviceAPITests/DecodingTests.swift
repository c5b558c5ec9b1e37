import DeviceAPI
import JSON
import Testing

@Suite("Decoding devices and models")
struct DecodingTests {
  @Test("A v1beta1 Device")
  func deviceV1Beta1() throws {
    let device = try Device(decoding: Samples.yaml(Samples.thermostat))
    #expect(device.id == "cellar/boiler")
    #expect(
      device.spec
        == DeviceSpec(
          modelName: "thermostat", nodeName: "edge-1", protocolName: "modbus", protocolConfig: ["slaveID": 7],
          properties: [
            DeviceProperty(
              name: "target", desired: TwinValue(value: "72", metadata: ["timestamp": "1"]), visitorProtocol: "modbus",
              visitor: ["register": "HoldingRegister", "offset": 4], collectCycle: 1000, reportCycle: 5000, reportToCloud: false),
            DeviceProperty(name: "temperature", visitorProtocol: "modbus", visitor: ["offset": 3]),
          ],
          methods: [DeviceMethod(name: "heat", description: "Set the target", propertyNames: ["target"])]))
  }

  @Test("A v1alpha2 Device becomes the same as a v1beta1 one: flat configuration, cycles in milliseconds, desired values beside visitors")
  func deviceV1Alpha2() throws {
    let spec = try Device(decoding: Samples.yaml(Samples.modbusV1Alpha2)).spec
    #expect(spec.nodeName == "edge-1")
    #expect(spec.protocolName == "modbus")
    #expect(
      spec.protocolConfig == [
        "slaveID": 3, "serialPort": "/dev/ttyS0", "baudRate": 9600, "dataBits": 8, "parity": "even", "stopBits": 1, "commType": "rtu",
        "reconnTimeout": 5, "collectType": "sync", "retries": 2,
      ])
    let count = try #require(spec.properties.first)
    #expect(count.visitorProtocol == "modbus")
    #expect(count.visitor.text == #"{"isSwap":true,"limit":1,"note":"hot","offset":2,"register":"HoldingRegister","scale":1.50}"#)
    #expect(count.collectCycle == 500)
    #expect(count.reportCycle == 2000)
    #expect(count.desired == TwinValue(value: "5", metadata: ["type": "int"]))
    #expect(spec.properties.last == DeviceProperty(name: "heating", desired: TwinValue(value: "true")))
  }

  @Test(
    "The unit of v1alpha2 cycles is guessed unless an annotation says it",
    arguments: [
      (nil, 5000, 5000), (nil, 99_999_999, 99_999_999), (nil, 100_000_000, 100), (nil, 10_000_000_000, 10000),
      ("ms", 100_000_000, 100_000_000),
      ("ns", 5_000_000, 5), ("ns", 5000, 1),
    ] as [(String?, Int64, Int64)])
  func cycles(unit: String?, written: Int64, milliseconds: Int64) throws {
    var object = try Samples.yaml(Samples.modbusV1Alpha2)
    if let unit { object["metadata"]?["annotations"] = ["devices.kubeedge.io/cycle-unit": .string(unit)] }
    object["spec"]?["propertyVisitors"] = [["propertyName": "count", "collectCycle": .init(written)]]
    #expect(try Device(decoding: object).spec.properties.first?.collectCycle == milliseconds)
  }

  @Test("A v1beta1 DeviceModel")
  func modelV1Beta1() throws {
    let model = try DeviceModel(decoding: Samples.yaml(Samples.thermostatModel))
    #expect(model.id == "default/thermostat")
    #expect(model.spec.protocolName == "modbus")
    #expect(model.spec.protocolConfig == ["slaveID": 1, "baudRate": 9600])
    #expect(model.spec.properties.map(\.name) == ["temperature", "target", "count", "heating"])
    #expect(
      model.property("temperature")
        == ModelProperty(
          name: "temperature", description: "measured", type: .float, unit: "Celsius",
          visitor: ["register": "InputRegister", "offset": 2, "scale": 0.1]))
    #expect(model.property("target")?.accessMode == .readWrite)
    #expect(model.property("target")?.maximum == "90")
  }

  @Test("A v1alpha2 DeviceModel, with default values that survive a stay in v1beta1")
  func modelV1Alpha2() throws {
    let object = try Samples.yaml(
      """
      apiVersion: devices.kubeedge.io/v1alpha2
      kind: DeviceModel
      metadata: {name: m}
      spec:
        protocol: temperature
        properties:
        - {name: i, type: {int: {accessMode: ReadWrite, minimum: 1, maximum: 9, defaultValue: 5, unit: V}}}
        - {name: d, type: {double: {accessMode: ReadOnly, minimum: 0.50}}}
        - {name: s, description: text, type: {string: {accessMode: ReadOnly, defaultValue: ''}}}
        - {name: b, type: {boolean: {accessMode: ReadWrite, defaultValue: false}}}
        - {name: raw, type: {bytes: {accessMode: ReadOnly}}}
      """)
    let expected = [
      ModelProperty(name: "i", type: .int, accessMode: .readWrite, minimum: "1", maximum: "9", unit: "V", defaultValue: "5"),
      ModelProperty(name: "d", type: .double, minimum: "0.50"),
      ModelProperty(name: "s", description: "text", type: .string, defaultValue: ""),
      ModelProperty(name: "b", type: .boolean, accessMode: .readWrite, defaultValue: "false"),
      ModelProperty(name: "raw", type: .bytes),
    ]
    #expect(try DeviceModel(decoding: object).spec == DeviceModelSpec(protocolName: "temperature", properties: expected))
    #expect(try DeviceModel(decoding: convert(object, to: .v1beta1)).spec.properties == expected)
  }

  @Test("Unknown fields are passed over")
  func unknownFields() throws {
    var object = try Samples.yaml(Samples.thermostat)
    let device = try Device(decoding: object)
    object["spec"]?["colour"] = "red"
    object["extra"] = [1]
    #expect(try Device(decoding: object) == device)
  }

  @Test(
    "A wrong type is refused with its path",
    arguments: [
      ("spec: {nodeName: 5}", "spec.nodeName: expected string, found integer 5: put it in quotes"),
      ("spec: {properties: {}}", "spec.properties: expected array, found object {}"),
      (
        "spec: {properties: [{name: a}, {name: b, collectCycle: 2s}]}",
        "spec.properties[1].collectCycle: expected integer, found string \"2s\""
      ),
      (
        "spec: {properties: [{name: a, desired: {value: 72}}]}",
        "spec.properties[0].desired.value: expected string, found integer 72: put it in quotes"
      ),
      ("spec: {properties: [{name: ''}]}", "spec.properties[0].name: a name is required"),
      ("spec: {properties: [{}]}", "spec.properties[0].name: a name is required"),
      ("spec: {protocol: modbus}", "spec.protocol: expected object, found string \"modbus\""),
      ("spec: {protocol: {configData: [1]}}", "spec.protocol.configData: expected object, found array [1]"),
    ])
  func wrongTypes(spec: String, description: String) throws {
    let object = try Samples.yaml("apiVersion: devices.kubeedge.io/v1beta1\nkind: Device\nmetadata: {name: d}\n" + spec)
    #expect(#expect(throws: DeviceAPIError.self) { try Device(decoding: object) }?.description == description)
  }

  @Test("A wrong type in v1alpha2 is named in v1alpha2's fields")
  func wrongTypeV1Alpha2() throws {
    var object = try Samples.yaml(Samples.modbusV1Alpha2)
    object["spec"]?["propertyVisitors"] = [["propertyName": "count", "modbus": ["offset": "two"]]]
    let error = #expect(throws: DeviceAPIError.self) { try Device(decoding: object) }
    #expect(error?.path == "spec.propertyVisitors[0].modbus.offset")
  }

  @Test(
    "What says it is something else is refused",
    arguments: [
      ("{}", "apiVersion: missing, expected devices.kubeedge.io/v1alpha2 or devices.kubeedge.io/v1beta1"),
      ("{apiVersion: v1}", "apiVersion: \"v1\" is not devices.kubeedge.io/v1alpha2 or devices.kubeedge.io/v1beta1"),
      ("{apiVersion: devices.kubeedge.io/v1beta1}", "kind: missing, expected Device"),
      ("{apiVersion: devices.kubeedge.io/v1beta1, kind: DeviceModel}", "kind: \"DeviceModel\" is not Device"),
      ("{apiVersion: devices.kubeedge.io/v1beta1, kind: Device}", "metadata.name: a name is required"),
    ])
  func headers(text: String, description: String) throws {
    let object = try Samples.yaml(text)
    #expect(#expect(throws: DeviceAPIError.self) { try Device(decoding: object) }?.description == description)
  }

  @Test("A model's property needs a type that exists")
  func modelTypes() throws {
    var object = try Samples.yaml(Samples.thermostatModel)
    object["spec"]?["properties"] = [["name": "a", "type": "INTEGER"]]
    let error = #expect(throws: DeviceAPIError.self) { try DeviceModel(decoding: object) }
    #expect(error?.description == "spec.properties[0].type: \"INTEGER\" is not one of INT, FLOAT, DOUBLE, STRING, BOOLEAN, BYTES, STREAM")
  }
}
