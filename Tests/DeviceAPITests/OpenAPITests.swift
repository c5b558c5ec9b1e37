import DeviceAPI
import JSON
import Testing
import YAML

@Suite("OpenAPI documents")
struct OpenAPITests {
  private static let meta = "io.k8s.apimachinery.pkg.apis.meta.v1"

  @Test("Every reference leads somewhere, and every operation has a name of its own", arguments: APIVersion.allCases)
  func references(version: APIVersion) throws {
    let document = OpenAPIDocument.v3(version)
    let schemas = try #require(document.at("components", "schemas")?.object)
    var references: Set<String> = []
    var operations: [String] = []
    func walk(_ value: JSONValue) {
      if let reference = value["$ref"]?.string { references.insert(reference) }
      if let operation = value["operationId"]?.string { operations.append(operation) }
      for (_, member) in value.object ?? [:] { walk(member) }
      for element in value.array ?? [] { walk(element) }
    }
    walk(document)
    #expect(Set(operations).count == operations.count)
    for reference in references { #expect(schemas[reference.replacing("#/components/schemas/", with: "")] != nil, "\(reference)") }
    for name in ["DeleteOptions", "Status", "ListMeta", "ObjectMeta"] { #expect(schemas["\(Self.meta).\(name)"] != nil) }
    for kind in ["Device", "DeviceList", "DeviceModel", "DeviceModelList"] {
      #expect(schemas["io.kubeedge.devices.\(version.rawValue).\(kind)"]?["x-kubernetes-group-version-kind"]?[0]?["kind"] == .string(kind))
    }
  }

  @Test("Each verb has its parameters and bodies; a status of its own is there in v1beta1 alone")
  func verbs() throws {
    for version in APIVersion.allCases {
      let paths = try #require(OpenAPIDocument.v3(version)["paths"])
      let devices = "/apis/devices.kubeedge.io/\(version.rawValue)/namespaces/{namespace}/devices"
      let collection = try #require(paths[devices])
      let object = try #require(paths["\(devices)/{name}"])
      func parameters(_ operation: JSONValue?) -> Set<String> {
        Set((operation?["parameters"]?.array ?? []).compactMap { $0["name"]?.string })
      }
      #expect(
        parameters(collection["get"]).isSuperset(of: [
          "limit", "continue", "labelSelector", "fieldSelector", "resourceVersion", "resourceVersionMatch", "watch", "allowWatchBookmarks",
          "sendInitialEvents", "timeoutSeconds",
        ]))
      #expect(collection["delete"]?["x-kubernetes-action"] == "deletecollection")
      #expect(parameters(collection["delete"]).isSuperset(of: ["labelSelector", "dryRun", "propagationPolicy"]))
      #expect(parameters(object["delete"]) == ["dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy"])
      #expect(parameters(object["patch"]) == ["dryRun", "fieldManager", "fieldValidation", "force"])
      #expect(object.at("patch", "requestBody", "content", "application/apply-patch+yaml") != nil)
      #expect(object.at("patch", "requestBody", "content", "application/strategic-merge-patch+json") == nil)
      let options = "#/components/schemas/\(Self.meta).DeleteOptions"
      #expect(object.at("delete", "requestBody", "content", "application/json", "schema", "$ref") == .string(options))
      #expect((paths["\(devices)/{name}/status"] != nil) == (version == .v1beta1))
      #expect(paths["/apis/devices.kubeedge.io/\(version.rawValue)/devices"]?["post"] == nil)
    }
  }

  @Test("What drivers say of configurations is explained where these stand, in both versions and in models")
  func drivers() throws {
    let drivers = try ["modbus", "gpio"].map { name in
      let file = try readFile("/\(packageRoot)/models/driver-schemas/\(name).yaml")
      let configMap = try #require(try YAMLDocument.parseAll(file, file: name).first).value
      return try #require(try DriverSchemaDocument(configMap: configMap))
    }
    func text(_ version: APIVersion, _ kind: String, _ path: String...) throws -> String {
      let document = OpenAPIDocument.v3(version, drivers: drivers)
      var value = try #require(document.at("components", "schemas", "io.kubeedge.devices.\(version.rawValue).\(kind)"))
      for step in path { value = try #require((value["items"] ?? value).at("properties", step)) }
      return value["description"]?.string ?? ""
    }
    let config = try text(.v1beta1, "Device", "spec", "protocol", "configData")
    #expect(config.hasPrefix("What the protocol's driver needs to reach the device.\n\nFor gpio:\n- chip (string): "))
    #expect(config.contains("\n- timeout (integer, 0 to 600000 milliseconds; 1000 unless set): How long the unit may take"))
    #expect(config.contains("\n- parity (none | even | odd; even unless set): The parity."))
    let visitor = try text(.v1beta1, "Device", "spec", "properties", "visitors", "configData")
    #expect(visitor.contains("For modbus:\n") && visitor.contains("\n- offset (integer, 0 to 65535; required): The first register"))
    #expect(try text(.v1beta1, "Device", "spec", "methods").contains("Devices of gpio know these by name:\n- pulse ("))
    #expect(try text(.v1beta1, "DeviceModel", "spec", "protocolConfigData").contains("\n- slaveID ("))
    #expect(try text(.v1beta1, "DeviceModel", "spec", "properties", "visitors", "configData").contains("\n- offset ("))
    #expect(try text(.v1alpha2, "Device", "spec", "protocol", "customizedProtocol", "configData").contains("\n- chip ("))
    #expect(OpenAPIDocument.v3(.v1beta1, drivers: []) == OpenAPIDocument.v3(.v1beta1))
  }
}
