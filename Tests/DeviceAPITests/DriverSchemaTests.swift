import DeviceAPI
import Glibc
import JSON
import Testing
import YAML

@Suite("Drivers' schemas")
struct DriverSchemaTests {
  private func document(_ name: String) throws -> DriverSchemaDocument {
    let file = try readFile("/\(packageRoot)/models/driver-schemas/\(name).yaml")
    let configMap = try #require(try YAMLDocument.parseAll(file, file: name).first).value
    return try #require(try DriverSchemaDocument(configMap: configMap))
  }

  private func check(
    _ device: String, _ version: APIVersion = .v1beta1, model: DeviceModel? = nil
  ) throws -> (errors: [String], warnings: [String]) {
    let modbus = try document("modbus")
    let object = try Samples.yaml(
      "{apiVersion: \(version.groupVersion), kind: Device, metadata: {name: d}, \(device)}")
    #expect(Schema.of(.device, version)?.validate(object) == [])
    let result = DeviceValidator.validate(object, model: model) { $0 == "modbus" ? modbus : nil }
    return (
      result.errors.map(\.description), result.warnings.filter { !$0.contains("names no node") && !$0.contains("there is no DeviceModel") }
    )
  }

  @Test("A document comes back from its ConfigMap", arguments: ["temperature", "modbus", "gpio"])
  func roundTrip(name: String) throws {
    let document = try document(name)
    #expect(document.protocolName == name)
    #expect(try DriverSchemaDocument(decoding: document.json) == document)
    let configMap = document.configMap(namespace: "elsewhere")
    #expect(configMap.at("metadata", "namespace") == "elsewhere")
    #expect(try DriverSchemaDocument(configMap: configMap) == document)
    #expect(ObjectMetaValidator.validate(configMap) == [])
    #expect(document.protocolConfig.fields.map(\.name).contains("report"))
  }

  @Test(
    "A ConfigMap is named after the protocol, as far as names can say it",
    arguments: [
      ("modbus", "modbus-driver-schema"), ("Modbus-TCP", "modbus-tcp-driver-schema"), ("öl/1", "l-1-driver-schema"),
      ("..", "driver-schema"),
    ])
  func names(protocolName: String, name: String) throws {
    let anything = try Schema(openAPI: ["type": "object"])
    let document = DriverSchemaDocument(
      protocolName: protocolName, protocolConfig: anything,
      visitor: anything)
    #expect(document.configMap().at("metadata", "name") == .string(name))
    #expect(ObjectMetaValidator.validate(document.configMap()) == [])
  }

  @Test("Other ConfigMaps are nobody's schema, and one that can't be read says where")
  func unreadable() throws {
    var configMap = try document("modbus").configMap()
    configMap["data"] = ["schema.json": "{"]
    let broken = #expect(throws: DeviceAPIError.self) { try DriverSchemaDocument(configMap: configMap) }
    #expect(broken?.path == "data[schema.json]")
    configMap["data"] = ["schema.json": #"{"protocol":"p","visitor":{"type":"object","properties":{"a":{"type":"x"}}}}"#]
    let wrong = #expect(throws: DeviceAPIError.self) { try DriverSchemaDocument(configMap: configMap) }
    #expect(wrong?.path == "data[schema.json].visitor.properties.a.type")
    configMap["data"] = ["other": "{"]
    #expect(try DriverSchemaDocument(configMap: configMap) == nil)
    configMap["metadata"]?["labels"] = nil
    #expect(try DriverSchemaDocument(configMap: configMap) == nil)
  }

  @Test("v1beta1: what the driver can't use is refused with its place, what it doesn't know is warned of")
  func v1beta1() throws {
    let result = try check(
      """
      spec: {deviceModelRef: {name: thermostat}, protocol: {protocolName: modbus, configData: {slaveID: 300, timeout: "700000",
        baudrate: 9600, ip: 5, report: {when: never, deadband: -1}, desiredPolicy: never}},
       properties: [{name: count, visitors: {protocolName: modbus, configData: {register: Holding, scale: x, isSwap: "true", dataType: 4}}},
        {name: target, visitors: {protocolName: modbus, configData: {register: holdingregister, offset: "7", enum: 5}}},
        {name: heating, desired: {value: "true"}}]}
      """, model: try DeviceModel(decoding: Samples.yaml(Samples.thermostatModel)))
    let visitors = "spec.properties[0].visitors.configData"
    #expect(
      Set(result.errors)
        == [
          "spec.protocol.configData.desiredPolicy: \"never\" is not one of once, enforce",
          "spec.protocol.configData.ip: expected string, found integer 5: put it in quotes",
          "spec.protocol.configData.report.deadband: -1 is below the minimum 0",
          "spec.protocol.configData.report.when: \"never\" is not one of sample, change",
          "spec.protocol.configData.slaveID: 300 is above the maximum 255",
          "spec.protocol.configData.timeout: 700000 is above the maximum 600000 milliseconds",
          "\(visitors).dataType: expected string, found integer 4: put it in quotes",
          "\(visitors).offset: the driver of modbus needs it: The first register or bit, counted from 0 as on the wire: 40001 of a manual is offset 0 of the holding registers.",
          "\(visitors).scale: expected number, found string \"x\"",
          "spec.properties[1].visitors.configData.enum: expected object or array, found integer 5",
        ])
    #expect(
      result.warnings.contains("the property heating: neither the device nor its DeviceModel says offset, which the driver of modbus needs")
    )
    #expect(
      result.warnings.contains("spec.protocol.configData.baudrate: is not known to the driver of modbus (did you mean baudRate?)"))
  }

  @Test("v1alpha2: the same, at the places that version has")
  func v1alpha2() throws {
    let result = try check(
      """
      spec: {deviceModelRef: {name: thermostat}, protocol: {modbus: {slaveID: 3}, common: {com: {baudRate: 50}, tcp: {port: 0},
        collectTimeout: 700000, customizedValues: {maxBits: 0, colour: red}}},
       propertyVisitors: [{propertyName: count, modbus: {offset: 70000}, customizedValues: {bit: 16}}]}
      """, .v1alpha2, model: try DeviceModel(decoding: Samples.yaml(Samples.thermostatModel)))
    #expect(
      Set(result.errors) == [
        "spec.protocol.common.tcp.port: 0 is below the minimum 1",
        "spec.protocol.common.collectTimeout: 700000 is above the maximum 600000 milliseconds",
        "spec.protocol.common.customizedValues.maxBits: 0 is below the minimum 1 bits",
        "spec.propertyVisitors[0].customizedValues.bit: 16 is above the maximum 15",
        "spec.propertyVisitors[0].modbus.offset: 70000 is above the maximum 65535",
        "spec.propertyVisitors[0].modbus.register: the driver of modbus needs it: The table: CoilRegister, DiscreteInputRegister, InputRegister or HoldingRegister.",
      ])
    #expect(
      result.warnings == ["spec.protocol.common.customizedValues.colour: is not known to the driver of modbus"])
  }

  @Test("What a device takes of its model is its model's author's: a warning; and before there is a model nothing is missing")
  func inherited() throws {
    let text = Samples.thermostatModel.replacing("offset: 2", with: "offset: -2").replacing("slaveID: 1", with: "slaveID: 999")
    let model = try DeviceModel(decoding: Samples.yaml(text))
    let spec = "spec: {deviceModelRef: {name: thermostat}, properties: [{name: temperature, visitors: {configData: {limit: 2}}}]}"
    let result = try check(spec, model: model)
    #expect(result.errors == [])
    #expect(
      result.warnings == [
        "spec.protocol: the DeviceModel says what the driver of modbus can't use: slaveID: 999 is above the maximum 255",
        "the property temperature: the DeviceModel says what the driver of modbus can't use: offset: -2 is below the minimum 0",
      ])
    let early = try check(
      "spec: {deviceModelRef: {name: thermostat}, protocol: {protocolName: modbus}, properties: [{name: x, visitors: {configData: {limit: 2}}}]}"
    )
    #expect(early.errors == [])

    let modbus = try document("modbus")
    let own = try DeviceModelValidator.validate(Samples.yaml(text)) { $0 == "modbus" ? modbus : nil }
    #expect(
      own.errors.map(\.description) == [
        "spec.protocolConfigData.slaveID: 999 is above the maximum 255",
        "spec.properties[0].visitors.configData.offset: -2 is below the minimum 0",
      ])
  }

  @Test("A library has one schema a protocol, the mappers' own first, as ConfigMaps come and go")
  func library() throws {
    let modbus = try document("modbus")
    var other = modbus
    other.commands = [.init(name: "reset", argument: nil, description: "Resets.")]
    var library = DriverSchemaLibrary()
    var isChanged = try library.put(other.configMap(namespace: "a"))
    #expect(isChanged)
    #expect(library["modbus"] == other)
    isChanged = try library.put(modbus.configMap())
    #expect(isChanged)
    #expect(library["modbus"] == modbus)
    isChanged = try library.put(modbus.configMap())
    #expect(!isChanged)
    try library.put(document("gpio").configMap())
    #expect(library.documents.map(\.protocolName) == ["gpio", "modbus"])
    isChanged = try library.put(["kind": "ConfigMap", "metadata": ["name": "x"], "data": [:]])
    #expect(!isChanged)
    var broken = modbus.configMap()
    broken["data"] = ["schema.json": "["]
    do throws(DeviceAPIError) {
      try library.put(broken)
      Issue.record("what can't be read counts")
    } catch {
      #expect(error.path == "data[schema.json]")
    }
    #expect(library["modbus"] == other)
    isChanged = library.remove(namespace: "a", name: "modbus-driver-schema")
    #expect(isChanged)
    #expect(library["modbus"] == nil)
  }

  @Test("Every Device and DeviceModel that is shipped fits its driver's schema")
  func shipped() throws {
    let documents = try ["temperature", "modbus", "gpio"].map { try document($0) }
    var models: [String: DeviceModel] = [:]
    var devices: [(file: String, object: JSONValue)] = []
    for file in try yamlFiles("/\(packageRoot)/models") {
      for object in try YAMLDocument.parseAll(try readFile(file), file: file).map(\.value) {
        func find(_ name: String) -> DriverSchemaDocument? { documents.first { $0.protocolName == name } }
        switch object["kind"]?.string {
        case "DeviceModel":
          let model = try DeviceModel(decoding: object)
          models[file.split(separator: "/").dropLast().joined() + model.metadata.name] = model
          models[model.metadata.name] = model
          let result = DeviceModelValidator.validate(object, driver: find)
          #expect(result.errors == [], "\(file)")
          #expect(result.warnings == [], "\(file)")
        case "Device": devices.append((file, object))
        default: break
        }
      }
    }
    #expect(devices.count > 10)
    for (file, object) in devices {
      let name = object.at("spec", "deviceModelRef", "name")?.string ?? ""
      let model = models[file.split(separator: "/").dropLast().joined() + name] ?? models[name]
      #expect(model != nil, "\(file)")
      let result = DeviceValidator.validate(object, model: model) { name in documents.first { $0.protocolName == name } }
      #expect(result.errors == [], "\(file)")
      #expect(result.warnings == [], "\(file)")
    }
  }

  private func yamlFiles(_ folder: String) throws -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var files: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix(".") { continue }
      let path = "\(folder)/\(name)"
      if name.hasSuffix(".yaml") {
        files.append(path)
      } else if Int32(entry.pointee.d_type) == Int32(DT_DIR) {
        files += try yamlFiles(path)
      }
    }
    return files.sorted()
  }
}
