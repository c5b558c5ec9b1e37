import DeviceAPI
import JSON
import Testing

@Suite("Schemas")
struct SchemaTests {
  private func errors(_ text: String, _ kind: ResourceKind, _ version: APIVersion) throws -> [String] {
    let schema = try #require(Schema.of(kind, version))
    return try schema.validate(Samples.yaml(text)).map(\.description)
  }

  @Test("Every kind has a schema in every version it exists in, and only there")
  func kinds() {
    for kind in ResourceKind.allCases {
      for version in APIVersion.allCases {
        #expect((Schema.of(kind, version) != nil) == kind.versions.contains(version))
      }
    }
  }

  @Test("The samples follow their schemas")
  func samples() throws {
    #expect(try errors(Samples.thermostat, .device, .v1beta1) == [])
    #expect(try errors(Samples.modbusV1Alpha2, .device, .v1alpha2) == [])
    #expect(try errors(Samples.thermostatModel, .deviceModel, .v1beta1) == [])
  }

  @Test("All errors come at once, each with its path and what may have been meant")
  func all() throws {
    let text = """
      apiVersion: devices.kubeedge.io/v1beta1
      kind: DeviceModel
      metadata: {name: m, label: {}}
      spec:
        properties:
        - {name: a, type: INTEGER, accessMode: readonly}
        - {name: 5, type: FLOAT, minimum: 3, visitor: {}}
        - {name: b, type: COLOUR}
      """
    #expect(
      try errors(text, .deviceModel, .v1beta1) == [
        "metadata.label: unknown field (did you mean labels?)",
        "spec.properties[0].accessMode: \"readonly\" is not one of ReadWrite, ReadOnly (did you mean ReadOnly?)",
        "spec.properties[0].type: \"INTEGER\" is not one of INT, FLOAT, DOUBLE, STRING, BOOLEAN, BYTES, STREAM (did you mean INT?)",
        "spec.properties[1].minimum: expected string, found integer 3: put it in quotes",
        "spec.properties[1].name: expected string, found integer 5: put it in quotes",
        "spec.properties[1].visitor: unknown field (did you mean visitors?)",
        "spec.properties[2].type: \"COLOUR\" is not one of INT, FLOAT, DOUBLE, STRING, BOOLEAN, BYTES, STREAM",
      ])
  }

  @Test(
    "v1alpha2's fields are checked",
    arguments: [
      (
        "protocol: {common: {com: {baudRate: 9601}}}",
        "spec.protocol.common.com.baudRate: 9601 is not one of 115200, 57600, 38400, 19200, 9600, 4800, 2400, 1800, 1200, 600, 300, 200, 150, 134, 110, 75, 50"
      ),
      ("protocol: {modbus: {slaveID: 300}}", "spec.protocol.modbus.slaveID: 300 is above the maximum 255"),
      ("protocol: {modbus: {slaveID: -1}}", "spec.protocol.modbus.slaveID: -1 is below the minimum 0"),
      ("nodeSelector: {}", "spec.nodeSelector.nodeSelectorTerms: required"),
      ("nodeName: edge-1", "spec.nodeName: unknown field"),
      (
        "propertyVisitors: [{propertyName: a, modbus: {register: Holding}}]",
        "spec.propertyVisitors[0].modbus.register: \"Holding\" is not one of CoilRegister, DiscreteInputRegister, InputRegister, HoldingRegister (did you mean HoldingRegister?)"
      ),
      (
        "propertyVisitors: [{propertyName: a, bluetooth: {dataWrite: {'ON': 1}}}]",
        "spec.propertyVisitors[0].bluetooth.dataWrite.ON: expected string, found integer 1: put it in quotes"
      ),
      (
        "propertyVisitors: [{propertyName: a, collectCycle: 1.5}]",
        "spec.propertyVisitors[0].collectCycle: expected integer, found number 1.5"
      ),
    ])
  func v1alpha2(spec: String, description: String) throws {
    let text = "apiVersion: devices.kubeedge.io/v1alpha2\nkind: Device\nmetadata: {name: d}\nspec:\n  \(spec)"
    #expect(try errors(text, .device, .v1alpha2) == [description])
  }

  @Test("Null counts as absent, free data and whole numbers written as 2.0 are fine")
  func lenient() throws {
    let text = """
      metadata: {name: d, creationTimestamp: null}
      spec: {nodeName: null, protocol: {configData: {a: [1, {b: null}]}}, properties: [{name: a, collectCycle: 2.0}]}
      status: {whatever: [1]}
      """
    #expect(try errors(text, .device, .v1beta1) == [])
  }

  @Test("Pruning takes away what isn't known and says what that was")
  func prune() throws {
    let object = try Samples.yaml(
      """
      metadata: {name: d, labels: {a: b}, x: 1}
      spec: {nodeName: null, colour: red, protocol: {configData: {a: null}}, properties: [{name: a, type: INT}, {name: b}]}
      """)
    let (pruned, unknown) = try #require(Schema.of(.device, .v1beta1)).prune(object)
    #expect(unknown == ["metadata.x", "spec.colour", "spec.properties[0].type"])
    #expect(
      pruned == [
        "metadata": ["name": "d", "labels": ["a": "b"]],
        "spec": ["protocol": ["configData": ["a": .null]], "properties": [["name": "a"], ["name": "b"]]],
      ])
  }

  @Test("Every field says what it means, in OpenAPI too")
  func descriptions() {
    func check(_ schema: Schema, _ path: String) {
      #expect(schema.description.hasSuffix("."), "\(path)")
      for field in schema.fields { check(field.schema, "\(path).\(field.name)") }
      switch schema.form {
      case .array(let element), .map(let element): check(element, path + "[]")
      default: break
      }
    }
    for kind in ResourceKind.allCases {
      for version in kind.versions { Schema.of(kind, version).map { check($0, "\(kind.rawValue) \(version)") } }
    }
  }

  @Test("The OpenAPI document has what kubectl looks for", arguments: APIVersion.allCases)
  func openAPI(version: APIVersion) throws {
    let document = OpenAPIDocument.v3(version)
    #expect(document["openapi"] == "3.0.0")
    let schemas = try #require(document.at("components", "schemas"))
    let device = try #require(schemas["io.kubeedge.devices.\(version.rawValue).Device"])
    let marks: JSONValue = ["group": "devices.kubeedge.io", "version": .string(version.rawValue), "kind": "Device"]
    #expect(device["x-kubernetes-group-version-kind"] == [marks])
    #expect(device.at("properties", "spec", "properties", "deviceModelRef", "type") == "object")
    let reference = device["properties"]?["metadata"]?["allOf"]?[0]?["$ref"]
    #expect(reference == "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
    #expect(schemas["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"] != nil)
    #expect((schemas["io.kubeedge.devices.\(version.rawValue).DeviceStatus"] != nil) == (version == .v1beta1))

    let root = "/apis/devices.kubeedge.io/\(version.rawValue)"
    let paths = try #require(document["paths"])
    let patch = try #require(paths["\(root)/namespaces/{namespace}/devices/{name}"]?["patch"])
    #expect(patch["x-kubernetes-group-version-kind"] == marks)
    #expect(patch["x-kubernetes-action"] == "patch")
    let parameters = (patch["parameters"]?.array ?? []).compactMap { $0["name"]?.string }
    #expect(Set(parameters).isSuperset(of: ["dryRun", "fieldManager", "fieldValidation"]))
    #expect(paths["\(root)/devices"]?["get"] != nil)
    #expect(paths["\(root)/namespaces/{namespace}/devicemodels"]?["post"] != nil)
  }
}
