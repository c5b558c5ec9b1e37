import DeviceAPI
import JSON
import Testing

@Suite("A device resolved with its model")
struct ResolvedDeviceTests {
  private func resolve(_ device: JSONValue, _ model: JSONValue) throws -> ResolvedDevice {
    try ResolvedDevice(device: Device(decoding: device), model: DeviceModel(decoding: model))
  }

  @Test("The device's protocol, configuration and visitors go over the model's, key by key")
  func merge() throws {
    let device = try resolve(Samples.yaml(Samples.thermostat), Samples.yaml(Samples.thermostatModel))
    #expect(device.id == "cellar/boiler")
    #expect(device.nodeName == "edge-1")
    #expect(device.protocolName == "modbus")
    #expect(device.protocolConfig == ["slaveID": 7, "baudRate": 9600])
    #expect(device.properties.map(\.name) == ["target", "temperature"])
    #expect(device.unknownProperties == [])
    let target = try #require(device.property("target"))
    #expect(target.type == .float)
    #expect(target.accessMode == .readWrite)
    #expect(target.minimum == "40")
    #expect(target.collectCycle == 1000)
    #expect(target.reportCycle == 5000)
    #expect(!target.reportToCloud)
    #expect(target.desired?.value == "72")
    let temperature = try #require(device.property("temperature"))
    #expect(temperature.visitor == ["register": "InputRegister", "offset": 3, "scale": 0.1])
    #expect(temperature.reportToCloud)
    #expect(temperature.unit == "Celsius")
  }

  @Test(
    "A device without a list, or with desired values alone, has all of the model's properties",
    arguments: [nil, "[]", "[{name: count}]", "[{name: count, desired: {value: '3'}}]"])
  func everything(properties: String?) throws {
    var object = try Samples.yaml(Samples.thermostat)
    object["spec"]?["properties"] = try properties.map { try Samples.yaml($0) }
    let device = try resolve(object, Samples.yaml(Samples.thermostatModel))
    #expect(device.properties.map(\.name) == ["temperature", "target", "count", "heating"])
    #expect(device.property("count")?.desired?.value == (properties?.contains("desired") == true ? "3" : nil))
  }

  @Test(
    "One entry that says more makes the list the choice",
    arguments: ["collectCycle: 5", "visitors: {}", "reportToCloud: true", "pushMethod: {}"])
  func choice(entry: String) throws {
    var object = try Samples.yaml(Samples.thermostat)
    object["spec"]?["properties"] = try Samples.yaml("[{name: heating, \(entry)}, {name: count, desired: {value: '3'}}, {name: x}]")
    let device = try resolve(object, Samples.yaml(Samples.thermostatModel))
    #expect(device.properties.map(\.name) == ["heating", "count"])
    #expect(device.unknownProperties == ["x"])
  }

  @Test("v1alpha2 twins alone choose nothing, visitors do")
  func v1alpha2() throws {
    var object = try Samples.yaml(Samples.modbusV1Alpha2)
    #expect(try resolve(object, Samples.yaml(Samples.thermostatModel)).properties.map(\.name) == ["count", "heating"])
    object["spec"]?["propertyVisitors"] = nil
    let device = try resolve(object, Samples.yaml(Samples.thermostatModel))
    #expect(device.properties.map(\.name) == ["temperature", "target", "count", "heating"])
    #expect(device.property("heating")?.desired?.value == "true")
    object["spec"]?["propertyVisitors"] = [["propertyName": "count"]]
    object["status"] = nil
    #expect(try resolve(object, Samples.yaml(Samples.thermostatModel)).properties.map(\.name) == ["count"])
    // And so in the other version.
    #expect(try resolve(convert(object, to: .v1beta1), Samples.yaml(Samples.thermostatModel)).properties.map(\.name) == ["count"])
  }

  @Test("The protocol is the model's when the device names none")
  func modelProtocol() throws {
    var object = try Samples.yaml(Samples.thermostat)
    object["spec"]?["protocol"] = nil
    let device = try resolve(object, Samples.yaml(Samples.thermostatModel))
    #expect(device.protocolName == "modbus")
    #expect(device.protocolConfig == ["slaveID": 1, "baudRate": 9600])
  }
}
