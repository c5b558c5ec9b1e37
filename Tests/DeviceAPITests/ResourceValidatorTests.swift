import DeviceAPI
import JSON
import Testing

@Suite("Everything that is wrong, at once")
struct ResourceValidatorTests {
  private func errors(_ text: String) throws -> [String] {
    let model = try DeviceModel(decoding: Samples.yaml(Samples.thermostatModel))
    return try ResourceValidator.validate(Samples.yaml(text), model: model).errors.map(\.description)
  }

  @Test("Fields, metadata and meaning of a Device, each place once")
  func device() throws {
    let text = """
      apiVersion: devices.kubeedge.io/v1beta1
      kind: Device
      metadata: {name: Boiler}
      spec:
        deviceModelRef: {name: thermostat}
        nodeName: 5
        properties:
        - {name: target, desired: {value: 95}}
        - {name: count, desired: {value: many}, collectCycle: -1, colour: red}
        - {name: count}
        - {collectCycle: 5}
        - {name: pressure}
      """
    #expect(
      Set(try errors(text)) == [
        "metadata.name: \"Boiler\" has a 'B': a name has lower-case letters, digits, '-' and '.', and starts and ends with a letter or digit",
        "spec.nodeName: expected string, found integer 5: put it in quotes",
        "spec.properties[0].desired.value: expected string, found integer 95: put it in quotes",
        "spec.properties[1].colour: unknown field",
        "spec.properties[1].collectCycle: -1 is no cycle: it has to be greater than 0",
        "spec.properties[1].desired.value: \"many\" is not a whole number",
        "spec.properties[2]: \"count\" is there already, as spec.properties[1]",
        "spec.properties[3].name: required",
        "spec.properties[4].name: \"pressure\" is no property of the DeviceModel thermostat",
      ])
    #expect(try errors(text).count == 9)
  }

  @Test("Of a DeviceModel, and of an object of no known kind")
  func model() throws {
    let text = """
      apiVersion: devices.kubeedge.io/v1beta1
      kind: DeviceModel
      metadata: {name: m}
      spec:
        properties:
        - {name: a, type: INTEGER, accessMode: readonly}
        - {name: a, type: INT, minimum: '5', maximum: '4'}
        - {name: b}
      """
    #expect(
      Set(try errors(text)) == [
        "spec.properties[0].accessMode: \"readonly\" is not one of ReadWrite, ReadOnly (did you mean ReadOnly?)",
        "spec.properties[0].type: \"INTEGER\" is not one of INT, FLOAT, DOUBLE, STRING, BOOLEAN, BYTES, STREAM (did you mean INT?)",
        "spec.properties[1]: \"a\" is there already, as spec.properties[0]",
        "spec.properties[1].minimum: the minimum 5 is above the maximum 4",
        "spec.properties[2].type: a type is required: one of INT, FLOAT, DOUBLE, STRING, BOOLEAN, BYTES, STREAM",
      ])
    #expect(throws: DeviceAPIError.self) { try ResourceValidator.validate(["kind": "Device"]) }
  }

  @Test("A v1alpha2 Device that names several protocols is told which counts")
  func protocols() throws {
    let object = try Samples.yaml(
      """
      {apiVersion: devices.kubeedge.io/v1alpha2, kind: Device, metadata: {name: d}, spec: {deviceModelRef: {name: m},
       protocol: {modbus: {slaveID: 1}, customizedProtocol: {protocolName: x}}, propertyVisitors: [{propertyName: a, modbus: {}, opcua: {}}]}}
      """)
    let warnings = try ResourceValidator.validate(object).warnings
    #expect(warnings.contains("spec.protocol has several protocols (modbus, customizedProtocol), of which modbus counts"))
    #expect(warnings.contains("spec.propertyVisitors[0] has several protocols (modbus, opcua), of which modbus counts"))
  }
}
