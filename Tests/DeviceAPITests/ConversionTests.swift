import DeviceAPI
import JSON
import Testing

@Suite("Conversion between versions")
struct ConversionTests {
  private let alphaNote = "devices.kubeedge.io/v1alpha2"
  private let betaNote = "devices.kubeedge.io/v1beta1"

  @Test("A v1alpha2 Device in v1beta1")
  func toV1Beta1() throws {
    let converted = try convert(Samples.yaml(Samples.modbusV1Alpha2), to: .v1beta1)
    #expect(converted["apiVersion"] == "devices.kubeedge.io/v1beta1")
    #expect(
      try converted["spec"]
        == Samples.yaml(
          """
          deviceModelRef: {name: thermostat}
          nodeName: edge-1
          protocol:
            protocolName: modbus
            configData: {slaveID: 3, serialPort: /dev/ttyS0, baudRate: 9600, dataBits: 8, parity: even, stopBits: 1, commType: rtu,
              reconnTimeout: 5, collectType: sync, retries: 2}
          properties:
          - name: count
            collectCycle: 500
            reportCycle: 2000
            visitors:
              protocolName: modbus
              configData: {register: HoldingRegister, offset: 2, limit: 1, scale: 1.50, isSwap: true, note: hot}
            desired: {value: "5", metadata: {type: int}}
          - name: heating
            desired: {value: "true"}
          """))
    #expect(try converted["status"] == Samples.yaml(Samples.modbusV1Alpha2)["status"])
    #expect(Schema.of(.device, .v1beta1)?.validate(converted) == [])
  }

  @Test("A v1beta1 Device in v1alpha2")
  func toV1Alpha2() throws {
    let converted = try convert(Samples.yaml(Samples.thermostat), to: .v1alpha2)
    #expect(
      try converted["spec"]
        == Samples.yaml(
          """
          deviceModelRef: {name: thermostat}
          nodeSelector: {nodeSelectorTerms: [{matchExpressions: [{key: '', operator: In, values: [edge-1]}]}]}
          protocol: {modbus: {slaveID: 7}}
          propertyVisitors:
          - {propertyName: target, collectCycle: 1000, reportCycle: 5000, modbus: {register: HoldingRegister, offset: 4}}
          - {propertyName: temperature, modbus: {offset: 3}}
          """))
    #expect(
      try converted["status"]
        == Samples.yaml("twins: [{propertyName: target, desired: {value: '72', metadata: {timestamp: '1'}}}]"))
    #expect(converted["metadata"]?["annotations"]?[betaNote] != nil)
    #expect(Schema.of(.device, .v1alpha2)?.validate(converted) == [])
  }

  @Test(
    "A protocol comes back as it was without an annotation",
    arguments: [
      "{}", "{modbus: {slaveID: 1}}", "{modbus: {}}", "{opcua: {url: 'opc.tcp://h', timeout: 5}}", "{bluetooth: {macAddress: 'a'}}",
      "{customizedProtocol: {protocolName: gpio, configData: {chip: 0, ip: x}}}",
      "{modbus: {slaveID: 1}, common: {com: {serialPort: a, parity: none}, tcp: {ip: b, port: 502}, commType: tcp, customizedValues: {x: [1]}}}",
      "{common: {tcp: {ip: b}}}",
    ])
  func protocols(text: String) throws {
    var object = try Samples.yaml(
      "{apiVersion: devices.kubeedge.io/v1alpha2, kind: Device, metadata: {name: d}, spec: {deviceModelRef: {name: m}}}")
    object["spec"]?["protocol"] = try Samples.yaml(text)
    let converted = try convert(object, to: .v1beta1)
    #expect(converted["metadata"] == ["name": "d"])
    #expect(try convert(converted, to: .v1alpha2) == object)
  }

  @Test("The annotation appears only where it is needed and goes when it is used")
  func annotation() throws {
    let object = try Samples.yaml(Samples.modbusV1Alpha2)
    let converted = try convert(object, to: .v1beta1)
    #expect(converted.at("metadata", "annotations", alphaNote) != nil)
    let back = try convert(converted, to: .v1alpha2)
    #expect(back == object)
    #expect(back["metadata"] == ["name": "counter"])
    #expect(try convert(object, to: .v1alpha2) == object)
  }

  @Test("What is edited in between wins, what isn't comes back")
  func edits() throws {
    var edited = try convert(Samples.yaml(Samples.modbusV1Alpha2), to: .v1beta1)
    edited["spec"]?["nodeName"] = "edge-2"
    edited["spec"]?["protocol"]?["configData"]?["slaveID"] = 9
    edited["spec"]?["properties"] = try Samples.yaml(
      """
      - name: temperature
        visitors: {protocolName: modbus, configData: {register: InputRegister}}
      - name: count
        collectCycle: 250
        visitors: {protocolName: modbus, configData: {register: HoldingRegister, offset: 8}}
        desired: {value: "6"}
      """)
    let back = try convert(edited, to: .v1alpha2)
    #expect(
      try back["spec"]
        == Samples.yaml(
          """
          deviceModelRef: {name: thermostat}
          protocol:
            modbus: {slaveID: 9}
            common:
              com: {serialPort: /dev/ttyS0, baudRate: 9600, dataBits: 8, parity: even, stopBits: 1}
              commType: rtu
              reconnTimeout: 5
              collectType: sync
              customizedValues: {retries: 2}
          propertyVisitors:
          - propertyName: temperature
            modbus: {register: InputRegister}
          - propertyName: count
            collectCycle: 250
            modbus: {register: HoldingRegister, offset: 8}
          data:
            dataTopic: $ke/events/device/+/data/update
            dataProperties:
            - propertyName: temperature
              metadata: {type: float}
          nodeSelector:
            nodeSelectorTerms:
            - matchExpressions:
              - key: kubernetes.io/hostname
                operator: In
                values: [edge-2]
          """))
    // Desired values follow the spec; what was reported stays.
    #expect(
      try back["status"]
        == Samples.yaml(
          """
          twins:
          - propertyName: count
            desired: {value: "6"}
            reported: {value: "4", metadata: {timestamp: "1664283437013"}}
          - propertyName: heating
          """))
  }

  @Test("Everything v1beta1 alone can say survives a stay in v1alpha2")
  func v1beta1Only() throws {
    let object = try Samples.yaml(
      """
      apiVersion: devices.kubeedge.io/v1beta1
      kind: Device
      metadata: {name: d, annotations: {a: b}}
      spec:
        protocol: {protocolName: Modbus-TCP, configData: {ip: 127.0.0.1, nested: {a: [1, 2.50]}}}
        stateReport: {reportToCloud: true, reportCycle: 10}
        properties:
        - {name: only-a-name}
        - {name: a, collectCycle: 5, pushMethod: {mqtt: {qos: 1}}, reportToCloud: false}
        - {name: b, visitors: {}}
        - {name: c, desired: {value: x}}
        methods: [{name: m, propertyNames: [a]}]
      status:
        state: online
        reportCycle: 5
        twins: [{propertyName: b, reported: {value: "1"}, observedDesired: {value: "2"}}]
        conditions: [{type: Ready, status: "True"}]
      """)
    let converted = try convert(object, to: .v1alpha2)
    #expect(converted.at("status", "state") == "online")
    #expect(converted.at("status", "twins")?[0]?["reported"] == ["value": "1"])
    #expect(try convert(converted, to: .v1beta1) == object)
  }

  @Test("Models come back as they were, both ways")
  func models() throws {
    let beta = try Samples.yaml(
      """
      apiVersion: devices.kubeedge.io/v1beta1
      kind: DeviceModel
      metadata: {name: m}
      spec:
        protocol: p
        protocolConfigData: {a: 1}
        properties:
        - {name: i, type: INT, accessMode: ReadWrite, minimum: "1", maximum: "x", unit: V, description: d}
        - {name: s, type: STREAM, accessMode: ReadOnly, minimum: "2"}
        - {name: f, type: FLOAT, minimum: "1.50", visitors: {protocolName: p, configData: {b: 2}}}
        - {name: n1}
      """)
    let asAlpha = try convert(beta, to: .v1alpha2)
    #expect(try convert(asAlpha, to: .v1beta1) == beta)
    #expect(asAlpha.at("spec", "properties")?[2]?.text == #"{"name":"f","type":{"float":{"minimum":1.50}}}"#)
    let alpha = try Samples.yaml(
      """
      apiVersion: devices.kubeedge.io/v1alpha2
      kind: DeviceModel
      metadata: {name: m}
      spec:
        properties:
        - {name: i, type: {int: {accessMode: ReadWrite, minimum: 1, defaultValue: 7}}}
        - {name: two, type: {int: {}, float: {unit: A}}}
      """)
    let asBeta = try convert(alpha, to: .v1beta1)
    #expect(asBeta.at("spec", "properties")?[0] == ["name": "i", "type": "INT", "accessMode": "ReadWrite", "minimum": "1"])
    #expect(try convert(asBeta, to: .v1alpha2) == alpha)
  }

  @Test("Whatever an object holds, sound or not, it converts there and back, and keeps its name", arguments: 0..<64)
  func unsound(seed: UInt64) throws {
    var generator = ObjectGenerator(seed: seed)
    for _ in 0..<50 {
      let kind: ResourceKind = generator.coin() ? .device : .deviceModel
      for (source, target) in [(APIVersion.v1alpha2, APIVersion.v1beta1), (.v1beta1, .v1alpha2)] {
        let object = generator.object(kind, source)
        let there = try convert(object, to: target)
        #expect(there["apiVersion"]?.string == target.groupVersion)
        #expect(try convert(there, to: source).at("metadata", "name") == "x", "\(object.text)")
      }
    }
  }

  @Test(
    "An annotation that was forged brings nothing that the version refuses, and what else it says holds",
    arguments: [
      #"{"members":{"spec":{"members":{"properties":{"is":"none"},"stateReport":{"is":{"reportCycle":5}}}}}}"#,
      #"{"members":{"spec":{"members":{"unheard":{"is":1},"stateReport":{"is":{"reportCycle":5}}}}}}"#,
      #"{"members":{"spec":{"members":{"methods":{"is":[{"name":5}]},"stateReport":{"is":{"reportCycle":5}}}}}}"#,
    ])
  func forged(annotation: String) throws {
    var object = try Samples.yaml(
      "apiVersion: devices.kubeedge.io/v1alpha2\nkind: Device\nmetadata: {name: d}\nspec: {deviceModelRef: {name: m}}")
    object["metadata"]?["annotations"] = ["devices.kubeedge.io/v1beta1": .string(annotation)]
    let converted = try convert(object, to: .v1beta1)
    #expect(converted["spec"] == ["deviceModelRef": ["name": "m"], "stateReport": ["reportCycle": 5]])
    object["metadata"]?["annotations"] = [
      "devices.kubeedge.io/v1beta1": #"{"members":{"spec":{"is":7,"was":{"deviceModelRef":{"name":"m"}}}}}"#
    ]
    #expect(try convert(object, to: .v1beta1)["spec"] == ["deviceModelRef": ["name": "m"]])
  }

  @Test("An annotation of a version's name that holds somebody's own words stays", arguments: ["my own note", #"{"a":1}"#, "5"])
  func note(text: String) throws {
    var object = try Samples.yaml(
      "apiVersion: devices.kubeedge.io/v1beta1\nkind: Device\nmetadata: {name: d}\nspec: {deviceModelRef: {name: m}}")
    object["metadata"]?["annotations"] = ["devices.kubeedge.io/v1alpha2": .string(text)]
    let there = try convert(object, to: .v1alpha2)
    #expect(there.at("metadata", "annotations", "devices.kubeedge.io/v1alpha2")?.string == text)
    #expect(try convert(there, to: .v1beta1) == object)
  }

  @Test("DeviceStatus exists in v1beta1 only")
  func deviceStatus() {
    let object: JSONValue = ["apiVersion": "devices.kubeedge.io/v1beta1", "kind": "DeviceStatus", "metadata": ["name": "d"]]
    let error = #expect(throws: DeviceAPIError.self) { try convert(object, to: .v1alpha2) }
    #expect(error?.code == .notConvertible)
    #expect((try? convert(object, to: .v1beta1)) == object)
  }
}
