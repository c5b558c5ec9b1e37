import FoundationEssentials
import MapperSDK
import TestSupport
import Testing
import YAML

@testable import ModbusDriver

/// The models that come with the product, as far as the driver sees them.
@Suite("The shipped Modbus models")
struct ShippedModelTests {
  private static let products = [
    "comet-t3411", "eastron-sdm630", "eaton-m-max", "fronius-inverter", "simulated-meter", "wago-pfc200", "waveshare-relay",
  ]

  private func documents(_ path: String) throws -> [JSONValue] {
    let data = try Data(contentsOf: URL(filePath: "\(Executables.repositoryRoot)/models/modbus/\(path)"))
    return try YAMLDocument.parseAll(String(decoding: data, as: UTF8.self), file: path).map(\.value)
  }

  @Test("have visitors that the driver can serve", arguments: products)
  func visitors(product: String) throws {
    let properties = try #require(documents("\(product)/device-model.yaml").first?.at("spec", "properties")?.array)
    #expect(!properties.isEmpty)
    for property in properties {
      let name = property["name"]?.string ?? ""
      let value = property.at("visitors", "configData") ?? [:]
      #expect(ModbusSchema.schema.checkVisitor(value, path: name) == [])
      let type = try #require(ValueType(rawValue: (property["type"]?.string ?? "").lowercased()))
      func limit(_ key: String) -> Double? { property[key].flatMap { Double($0.string ?? $0.text) } }
      let point = try point(
        value, type: type, isWritable: property["accessMode"] == "ReadWrite",
        limits: Limits(minimum: limit("minimum"), maximum: limit("maximum")), property: name)
      #expect(ModbusVisitor.issues(with: point).map { "\(name).\($0)" } == [])
      #expect(throws: Never.self) { try ModbusValueCodec(point) }
    }
  }

  @Test("have devices that the driver can reach", arguments: products)
  func configurations(product: String) throws {
    let files = product == "simulated-meter" ? ["device.yaml"] : ["device-tcp.yaml", "device-rtu.yaml"]
    for file in files {
      for device in try documents("\(product)/\(file)") where device["kind"] == "Device" {
        let value = device.at("spec", "protocol", "configData")
        #expect(ModbusSchema.schema.checkProtocolConfig(value, path: file) == [])
        let config = try JSONValueDecoder(path: file).decode(ModbusConfig.self, from: value ?? [:])
        #expect(ModbusConfig.issues(with: config) == [])
      }
    }
  }
}
