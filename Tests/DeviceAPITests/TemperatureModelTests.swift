import DeviceAPI
import JSON
import Testing
import YAML

/// The files in `models/temperature`, which the README applies as they are.
@Suite("The temperature model")
struct TemperatureModelTests {
  private func object(_ path: String, file: String = #filePath) throws -> JSONValue {
    let root = file.split(separator: "/").dropLast(3).joined(separator: "/")
    let bytes = try readFile("/\(root)/models/temperature/\(path)")
    return try #require(try YAMLDocument.parseAll(bytes, file: path).first).value
  }

  @Test("Everything in it is free of errors and warnings", arguments: ["device-model.yaml", "device.yaml", "examples/boiler.yaml"])
  func isValid(path: String) throws {
    let object = try object(path)
    let model = try DeviceModel(decoding: self.object("device-model.yaml"))
    let version = try #require(APIVersion(groupVersion: object["apiVersion"]?.string ?? ""))
    let kind = try #require(ResourceKind(rawValue: object["kind"]?.string ?? ""))
    #expect(Schema.of(kind, version)?.validate(object) == [])
    #expect(ObjectMetaValidator.validate(object) == [])
    let result = kind == .device ? DeviceValidator.validate(object, model: model) : DeviceModelValidator.validate(object)
    #expect(result.errors == [])
    #expect(result.warnings == [])
  }

  @Test("The device of the article has all three properties, its node and the model's protocol, in both versions")
  func article() throws {
    let model = try DeviceModel(decoding: object("device-model.yaml"))
    for version in APIVersion.allCases {
      let device = try Device(decoding: convert(object("device.yaml"), to: version))
      let resolved = ResolvedDevice(device: device, model: model)
      #expect(resolved.id == "default/temperature")
      #expect(resolved.nodeName == "edge-node-1")
      #expect(resolved.protocolName == "temperature")
      #expect(resolved.properties.map(\.name) == ["temperature-status", "temperature", "target"])
      #expect(resolved.property("temperature-status")?.desired == TwinValue(value: "", metadata: ["type": "string"]))
      #expect(resolved.property("temperature-status")?.defaultValue == "")
      #expect(resolved.property("temperature")?.minimum == "-40")
      #expect(resolved.property("target")?.accessMode == .readWrite)
    }
  }

  @Test("The device of the article needs no annotation to come back from v1beta1")
  func articleConverted() throws {
    let device = try object("device.yaml")
    let converted = try convert(device, to: .v1beta1)
    #expect(converted["metadata"] == device["metadata"])
    #expect(try convert(converted, to: .v1alpha2) == device)
  }

  @Test("The boiler wants 72 degrees every two seconds")
  func boiler() throws {
    let resolved = try ResolvedDevice(
      device: Device(decoding: object("examples/boiler.yaml")), model: DeviceModel(decoding: object("device-model.yaml")))
    #expect(resolved.properties.map(\.name) == ["temperature-status", "temperature", "target"])
    #expect(resolved.properties.map(\.collectCycle) == [2000, 2000, 2000])
    #expect(resolved.property("target")?.desired?.value == "72")
  }
}
