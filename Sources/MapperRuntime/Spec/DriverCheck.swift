internal import DeviceAPI
internal import JSON

/// Finds the places in a file that a driver's findings are about.
struct DriverCheck {
  private static let protocolPath = "spec.protocol.configData"
  private static let propertyPath = (start: "spec.properties[", end: "].visitors.configData")

  /// v1beta1 has all of a configuration in one object; v1alpha2 spreads it.
  private static let parts = [
    "configData", "visitors.configData", "modbus", "opcua", "bluetooth", "customizedProtocol.configData", "common.com", "common.tcp",
    "common", "common.customizedValues", "customizedValues",
  ]

  let document: SpecDocument

  /// A finding with its place.
  func problem(_ finding: String) -> SpecProblem {
    guard let colon = finding.firstRange(of: ": ") else { return document.problem(finding) }
    let path = finding[..<colon.lowerBound]
    let text = String(finding[colon.upperBound...])
    if path.hasPrefix(Self.protocolPath) {
      return problem(text, field: path.dropFirst(Self.protocolPath.count), of: "the protocol", at: "spec.protocol")
    }
    guard path.hasPrefix(Self.propertyPath.start), let end = path.firstRange(of: Self.propertyPath.end) else {
      return document.problem(text, at: String(path))
    }
    let property = String(path[..<end.lowerBound].dropFirst(Self.propertyPath.start.count))
    return problem(text, field: path[end.upperBound...], of: "the property \(property)", at: place(of: property))
  }

  /// Where a Device speaks of a property; `spec` when only the model does.
  private func place(of property: String) -> String {
    for (list, key) in [("properties", "name"), ("propertyVisitors", "propertyName")] {
      let index = document.object["spec"]?[list]?.array?.firstIndex { $0[key]?.string == property }
      if let index { return "spec.\(list)[\(index)]" }
    }
    return "spec"
  }

  /// - Parameter field: The path below the configuration, with the dot or bracket it begins with; empty for all of it.
  private func problem(_ text: String, field: Substring, of subject: String, at place: String) -> SpecProblem {
    if !field.isEmpty {
      for part in Self.parts where document.contains("\(place).\(part)\(field)") {
        return document.problem(text, at: "\(place).\(part)\(field)")
      }
    }
    // What is missing, or the model's, has no place of its own: that of what should have it.
    let name = field.drop { $0 == "." }
    let problem = name.isEmpty ? text : "\(name): \(text)"
    for part in Self.parts where document.contains("\(place).\(part)") {
      return document.problem(problem, at: "\(place).\(part)")
    }
    return document.problem("configData of \(subject): \(problem)", at: document.contains(place) ? place : "")
  }
}
