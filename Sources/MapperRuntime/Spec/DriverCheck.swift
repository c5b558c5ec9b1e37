internal import DeviceAPI
internal import JSON
internal import MapperSDK

/// What the driver can't take in a Device of a file, at the place where the file says it.
enum DriverCheck {
  static func issues(_ device: ResolvedDevice, _ schema: DriverSchema, _ document: SpecDocument) -> [SpecProblem] {
    let root = "spec.protocol.configData"
    var problems = schema.checkProtocolConfig(device.protocolConfig, path: root).filter(\.isError).map { issue in
      located(issue, below: root, in: ["spec.protocol"], document)
    }
    for property in device.properties {
      let path = "visitors.configData"
      let places = places(of: property.name, document.object)
      problems += schema.checkVisitor(property.visitor, path: path).filter(\.isError).map { issue in
        located(issue, below: path, in: places, document)
      }
    }
    return problems
  }

  /// Where a Device's file speaks of a property; `spec` when only the model does.
  private static func places(of property: String, _ object: JSONValue) -> [String] {
    for (list, key) in [("properties", "name"), ("propertyVisitors", "propertyName")] {
      let elements = object["spec"]?[list]?.array ?? []
      if let index = elements.firstIndex(where: { $0[key]?.string == property }) { return ["spec.\(list)[\(index)]"] }
    }
    return ["spec"]
  }

  /// v1beta1 has all of a protocol's configuration in one object; v1alpha2 spreads it.
  private static let parts = [
    "configData", "visitors.configData", "modbus", "opcua", "bluetooth", "customizedProtocol.configData", "common.com", "common.tcp",
    "common", "common.customizedValues", "customizedValues",
  ]

  private static func located(_ issue: SchemaIssue, below root: String, in places: [String], _ document: SpecDocument) -> SpecProblem {
    let field = issue.path.dropFirst(root.count)
    for place in places {
      for part in parts where document.contains("\(place).\(part)\(field)") {
        return document.problem(issue.problem, at: "\(place).\(part)\(field)")
      }
      // What is missing has no place of its own: that of what should have it.
      for part in parts where document.contains("\(place).\(part)") {
        return document.problem("\(field.drop { $0 == "." }) \(issue.problem)", at: "\(place).\(part)")
      }
    }
    return document.problem("configData\(field) \(issue.problem)", at: places.first ?? "spec")
  }
}
