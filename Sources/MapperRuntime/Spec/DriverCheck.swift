internal import DeviceAPI
internal import JSON
internal import MapperSDK

/// What the driver can't take in a Device of a file, at the place where the file says it.
enum DriverCheck {
  static func problems(_ device: ResolvedDevice, _ schema: DriverSchema, _ document: SpecDocument) -> [SpecProblem] {
    let issues = schema.checkProtocolConfig(device.protocolConfig, path: "").filter(\.isError)
    var problems = issues.map { problem($0, "configData of the protocol", at: "spec.protocol", document) }
    for property in device.properties {
      let place = place(of: property.name, document.object)
      problems += schema.checkVisitor(property.visitor, path: "").filter(\.isError).map {
        problem($0, "configData of the property \(property.name)", at: place, document)
      }
    }
    return problems
  }

  /// Where a Device speaks of a property; `spec` when only the model does.
  private static func place(of property: String, _ object: JSONValue) -> String {
    for (list, key) in [("properties", "name"), ("propertyVisitors", "propertyName")] {
      let index = object["spec"]?[list]?.array?.firstIndex { $0[key]?.string == property }
      if let index { return "spec.\(list)[\(index)]" }
    }
    return "spec"
  }

  /// v1beta1 has all of a configuration in one object; v1alpha2 spreads it.
  private static let parts = [
    "configData", "visitors.configData", "modbus", "opcua", "bluetooth", "customizedProtocol.configData", "common.com", "common.tcp",
    "common", "common.customizedValues", "customizedValues",
  ]

  private static func problem(_ issue: SchemaIssue, _ subject: String, at place: String, _ document: SpecDocument) -> SpecProblem {
    for part in parts where !issue.path.isEmpty && document.contains("\(place).\(part).\(issue.path)") {
      return document.problem(issue.problem, at: "\(place).\(part).\(issue.path)")
    }
    // What is missing, or the model's, has no place of its own: that of what should have it.
    for part in parts where document.contains("\(place).\(part)") {
      return document.problem(issue.description, at: "\(place).\(part)")
    }
    return document.problem("\(subject): \(issue)", at: document.contains(place) ? place : "")
  }
}
