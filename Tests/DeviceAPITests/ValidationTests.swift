import DeviceAPI
import JSON
import Testing

@Suite("Validation")
struct ValidationTests {
  private func model() throws -> DeviceModel { try DeviceModel(decoding: Samples.yaml(Samples.thermostatModel)) }

  private func check(_ spec: String, version: APIVersion = .v1beta1, status: String = "{}") throws -> (errors: [String], warnings: [String])
  {
    let object = try Samples.yaml(
      "apiVersion: \(version.groupVersion)\nkind: Device\nmetadata: {name: d}\nspec: \(spec)\nstatus: \(status)")
    let result = try DeviceValidator.validate(object, model: model())
    return (result.errors.map(\.description), result.warnings)
  }

  @Test("A sound device has neither errors nor warnings", arguments: [Samples.thermostat, Samples.modbusV1Alpha2])
  func sound(text: String) throws {
    var object = try Samples.yaml(text)
    object["metadata"]?["annotations"] = ["devices.kubeedge.io/cycle-unit": "ns"]
    let result = try DeviceValidator.validate(object, model: model())
    #expect(result.errors == [])
    #expect(result.warnings == [])
  }

  @Test(
    "v1beta1: what is wrong is said with its path",
    arguments: [
      ("[{name: a}]", ["spec.properties[0].name: \"a\" is no property of the DeviceModel thermostat"]),
      (
        "[{name: temperatur}]",
        ["spec.properties[0].name: \"temperatur\" is no property of the DeviceModel thermostat (did you mean temperature?)"]
      ),
      ("[{name: count}, {name: count}]", ["spec.properties[1].name: \"count\" is there already, as spec.properties[0]"]),
      ("[{collectCycle: 1}]", ["spec.properties[0].name: a name is required"]),
      ("[{name: target, desired: {value: '95'}}]", ["spec.properties[0].desired.value: 95 is above the maximum 90"]),
      ("[{name: target, desired: {value: hot}}]", ["spec.properties[0].desired.value: \"hot\" is not a number"]),
      ("[{name: target, desired: {value: ''}}]", []),
      ("[{name: temperature, desired: {value: ''}}]", []),
      (
        "[{name: temperature, desired: {value: '20'}}]",
        ["spec.properties[0].desired.value: the property temperature is ReadOnly, so it can't have a desired value"]
      ),
      (
        "[{name: count, collectCycle: 0, reportCycle: -5}]",
        [
          "spec.properties[0].collectCycle: 0 is no cycle: it has to be greater than 0",
          "spec.properties[0].reportCycle: -5 is no cycle: it has to be greater than 0",
        ]
      ),
    ])
  func v1beta1(properties: String, errors: [String]) throws {
    let result = try check("{deviceModelRef: {name: thermostat}, nodeName: edge-1, properties: \(properties)}")
    #expect(result.errors == errors)
    #expect(result.warnings == [])
  }

  @Test(
    "A cycle longer than a year, or none at all, is wrong wherever one is written",
    arguments: [
      (
        "properties: [{name: count, collectCycle: 9223372036854775807}]",
        "spec.properties[0].collectCycle: 9223372036854775807 milliseconds"
      ),
      ("properties: [{name: count, reportCycle: 31622400001}]", "spec.properties[0].reportCycle: 31622400001 milliseconds"),
      ("properties: [{name: count, reportCycle: 31622400000}]", nil),
      ("stateReport: {reportCycle: 9000000000000000000}", "spec.stateReport.reportCycle: 9000000000000000000 milliseconds"),
      ("stateReport: {reportCycle: -5}", "spec.stateReport.reportCycle: -5 is no cycle"),
      ("stateReport: {reportCycle: 1000}", nil),
    ])
  func longCycles(text: String, problem: String?) throws {
    let errors = try check("{deviceModelRef: {name: thermostat}, nodeName: edge-1, \(text)}").errors
    #expect(errors.count == (problem == nil ? 0 : 1))
    if let problem { #expect(errors.first?.hasPrefix(problem) == true, "\(errors)") }
  }

  @Test("v1alpha2: a cycle longer than a year is wrong in the unit it is taken in")
  func longNanoseconds() throws {
    let errors = try check(
      "{deviceModelRef: {name: thermostat}, propertyVisitors: [{propertyName: count, collectCycle: 9000000000000000}]}",
      version: .v1alpha2
    ).errors
    #expect(errors.count == 0, "104 days of nanoseconds")
    var device = try Samples.yaml(Samples.modbusV1Alpha2)
    device["metadata"]?["annotations"] = ["devices.kubeedge.io/cycle-unit": "ms"]
    device["spec"]?["propertyVisitors"] = [["propertyName": "count", "collectCycle": 9_000_000_000_000_000_000]]
    #expect(
      try DeviceValidator.validate(device, model: model()).errors.map(\.path) == ["spec.propertyVisitors[0].collectCycle"])
  }

  @Test("Thousands of names that a model of thousands doesn't have are told in no time", .timeLimit(.minutes(1)))
  func manyStrangers() throws {
    let count = 2_000
    let model: JSONValue = [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "DeviceModel", "metadata": ["name": "m"],
      "spec": ["properties": .array((0..<count).map { ["name": .string("temperature-\($0)"), "type": "INT"] })],
    ]
    let device: JSONValue = [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device", "metadata": ["name": "d"],
      "spec": [
        "deviceModelRef": ["name": "m"], "properties": .array((0..<count).map { ["name": .string("temperatura-\($0)")] }),
      ],
    ]
    let start = ContinuousClock.now
    let errors = try DeviceValidator.validate(device, model: DeviceModel(decoding: model)).errors
    #expect(errors.count == count)
    #expect(errors.count { $0.detail.contains("did you mean") } == 20)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test("v1beta1: methods have names of their own and set properties of the model")
  func methods() throws {
    let result = try check(
      "{deviceModelRef: {name: thermostat}, nodeName: edge-1, methods: [{name: a, propertyNames: [count, x]}, {name: a}]}")
    #expect(
      result.errors == [
        "spec.methods[1].name: \"a\" is there already, as spec.methods[0]",
        "spec.methods[0].propertyNames[1]: \"x\" is no property of the DeviceModel thermostat",
      ])
  }

  @Test("v1alpha2: what is wrong is said with its path")
  func v1alpha2() throws {
    let result = try check(
      """
      {deviceModelRef: {name: thermostat}, propertyVisitors: [{propertyName: x}, {propertyName: count, collectCycle: 0}],
       data: {dataProperties: [{propertyName: z}]},
       nodeSelector: {nodeSelectorTerms: [{matchExpressions: [{key: '', operator: In, values: [edge-1]}]}]}}
      """, version: .v1alpha2, status: "{twins: [{propertyName: target, desired: {value: '1'}}, {propertyName: target}]}")
    #expect(
      result.errors == [
        "spec.propertyVisitors[0].propertyName: \"x\" is no property of the DeviceModel thermostat",
        "spec.propertyVisitors[1].collectCycle: 0 is no cycle: it has to be greater than 0",
        "status.twins[1].propertyName: \"target\" is there already, as status.twins[0]",
        "status.twins[0].desired.value: 1 is below the minimum 40",
        "spec.data.dataProperties[0].propertyName: \"z\" is no property of the DeviceModel thermostat",
      ])
    #expect(result.warnings == [])
  }

  @Test("Cycles that look like nanoseconds are warned of")
  func cycles() throws {
    let beta = try check("{deviceModelRef: {name: thermostat}, nodeName: edge-1, properties: [{name: count, collectCycle: 10000000000}]}")
    #expect(
      beta.warnings == [
        "spec.properties[0].collectCycle: 10000000000 milliseconds are 2777 hours; if nanoseconds are meant, write 10000"
      ])
    var alpha = try Samples.yaml(Samples.modbusV1Alpha2)
    #expect(
      try DeviceValidator.validate(alpha, model: model()).warnings == [
        "spec.propertyVisitors[0].collectCycle: 500000000 is taken as nanoseconds, 500 ms; the annotation devices.kubeedge.io/cycle-unit: ms or ns settles it"
      ])
    alpha["metadata"]?["annotations"] = ["devices.kubeedge.io/cycle-unit": "s"]
    #expect(
      try DeviceValidator.validate(alpha, model: model()).errors.map(\.description) == [
        "metadata.annotations[devices.kubeedge.io/cycle-unit]: \"s\" is not ms or ns"
      ])
  }

  @Test("A device may come before its model, but not without a reference to one")
  func modelReference() throws {
    let object = try Samples.yaml(Samples.thermostat)
    let early = DeviceValidator.validate(object, model: nil)
    #expect(early.errors == [])
    #expect(early.warnings == ["there is no DeviceModel cellar/thermostat yet; the device starts when it is applied"])
    let none = try check("{nodeName: edge-1}")
    #expect(none.errors == ["spec.deviceModelRef.name: the name of the device's DeviceModel is required"])
  }

  @Test("A device no mapper takes is warned of")
  func destination() throws {
    #expect(
      try check("{deviceModelRef: {name: thermostat}}").warnings == ["spec.nodeName names no node, so no mapper takes the device"])
    #expect(
      try check("{deviceModelRef: {name: thermostat}}", version: .v1alpha2).warnings == [
        "spec.nodeSelector names no node, so no mapper takes the device"
      ])
    var model = try model()
    model.spec.protocolName = nil
    let object = try Samples.yaml(
      "{apiVersion: devices.kubeedge.io/v1beta1, kind: Device, metadata: {name: d}, spec: {deviceModelRef: {name: thermostat}, nodeName: edge-1}}"
    )
    #expect(
      DeviceValidator.validate(object, model: model).warnings == [
        "neither the device nor its DeviceModel thermostat names a protocol, so no mapper takes the device"
      ])
  }

  @Test(
    "Models: names, types and limits",
    arguments: [
      (
        APIVersion.v1beta1, "[{name: a, type: INT}, {name: a, type: INT}]",
        ["spec.properties[1].name: \"a\" is there already, as spec.properties[0]"]
      ),
      (.v1beta1, "[{type: INT}]", ["spec.properties[0].name: a name is required"]),
      (.v1beta1, "[{name: a}]", ["spec.properties[0].type: a type is required: one of INT, FLOAT, DOUBLE, STRING, BOOLEAN, BYTES, STREAM"]),
      (
        .v1beta1, "[{name: a, type: FLOAT, minimum: '5', maximum: '4'}]",
        ["spec.properties[0].minimum: the minimum 5 is above the maximum 4"]
      ),
      (.v1beta1, "[{name: a, type: FLOAT, minimum: low}]", ["spec.properties[0].minimum: \"low\" is not a number"]),
      (.v1beta1, "[{name: a, type: INT, maximum: '1.5'}]", ["spec.properties[0].maximum: \"1.5\" is not a whole number"]),
      (.v1beta1, "[{name: a, type: INT, minimum: '1', maximum: '1'}]", []),
      (.v1alpha2, "[{name: a, type: {int: {minimum: 10.0, maximum: 1e2, defaultValue: 2e1}}}]", []),
      (
        .v1alpha2, "[{name: a, type: {int: {minimum: 5, maximum: 4}}}]",
        ["spec.properties[0].type.int.minimum: the minimum 5 is above the maximum 4"]
      ),
      (
        .v1alpha2, "[{name: a, type: {float: {maximum: 4, defaultValue: 5}}}]",
        ["spec.properties[0].type.float.defaultValue: 5 is above the maximum 4"]
      ),
      (
        .v1alpha2, "[{name: a, type: {}}]",
        ["spec.properties[0].type: a type is required: one of int, float, double, string, boolean, bytes"]
      ),
      (
        .v1alpha2, "[{name: a, type: {int: {}, float: {}}}]",
        ["spec.properties[0].type: there are several types (float, int), but a property has one"]
      ),
      (.v1alpha2, "[{name: a, type: {string: {defaultValue: ''}}}]", []),
    ])
  func models(version: APIVersion, properties: String, errors: [String]) throws {
    let object = try Samples.yaml(
      "apiVersion: \(version.groupVersion)\nkind: DeviceModel\nmetadata: {name: m}\nspec: {properties: \(properties)}")
    #expect(DeviceModelValidator.validate(object).errors.map(\.description) == errors)
  }

  @Test(
    "Names and labels follow Kubernetes",
    arguments: [
      ("{name: boiler-1.cellar}", []), ("{generateName: boiler-}", []), ("{name: 1a}", []),
      ("{}", ["metadata.name: a name is required"]),
      (
        "{name: a/b}",
        ["metadata.name: \"a/b\" has a '/': a name has lower-case letters, digits, '-' and '.', and starts and ends with a letter or digit"]
      ),
      (
        "{name: 'a#'}",
        ["metadata.name: \"a#\" has a '#': a name has lower-case letters, digits, '-' and '.', and starts and ends with a letter or digit"]
      ),
      (
        "{name: a+b}",
        ["metadata.name: \"a+b\" has a '+': a name has lower-case letters, digits, '-' and '.', and starts and ends with a letter or digit"]
      ),
      (
        "{name: Boiler}",
        [
          "metadata.name: \"Boiler\" has a 'B': a name has lower-case letters, digits, '-' and '.', and starts and ends with a letter or digit"
        ]
      ),
      (
        "{name: a..b}",
        [
          "metadata.name: \"a..b\" or a part of it between dots starts or ends wrongly: a name has lower-case letters, digits, '-' and '.', and starts and ends with a letter or digit"
        ]
      ),
      (
        "{name: a, namespace: b.c}",
        [
          "metadata.namespace: \"b.c\" has a '.': a namespace has lower-case letters, digits and '-', and starts and ends with a letter or digit"
        ]
      ),
      ("{name: a, labels: {app.kubernetes.io/name: x_Y.z, e: ''}}", []),
      (
        "{name: a, labels: {a b: x}}",
        [
          "metadata.labels[a b]: \"a b\" has a ' ': a key's name has letters, digits, '-', '_' and '.', and starts and ends with a letter or digit"
        ]
      ),
      (
        "{name: a, labels: {a: 'über'}}",
        [
          "metadata.labels[a]: \"über\" has a 'ü': a label's value has letters, digits, '-', '_' and '.', and starts and ends with a letter or digit"
        ]
      ),
      ("{name: a, labels: {a/b/c: x}}", ["metadata.labels[a/b/c]: \"a/b/c\" has more than one '/'"]),
      ("{name: a, annotations: {X/y: any text at all}}", []),
    ])
  func metadata(text: String, errors: [String]) throws {
    #expect(ObjectMetaValidator.validate(["metadata": try Samples.yaml(text)]).map(\.description) == errors)
  }

  @Test("Names and annotations have limits")
  func lengths() {
    func errors(_ metadata: JSONValue) -> [String] { ObjectMetaValidator.validate(["metadata": metadata]).map(\.description) }
    let long = String(repeating: "a", count: 254)
    #expect(errors(["name": .string(String(long.dropLast()))]) == [])
    #expect(errors(["name": .string(long)]) == ["metadata.name: 254 characters, more than the 253 a name may have"])
    let big = JSONValue.string(String(repeating: "x", count: 262_143))
    #expect(errors(["name": "a", "annotations": ["k": big]]) == [])
    #expect(
      errors(["name": "a", "annotations": ["kk": big]]) == [
        "metadata.annotations: 262145 bytes altogether, more than the 262144 allowed"
      ])
  }
}
