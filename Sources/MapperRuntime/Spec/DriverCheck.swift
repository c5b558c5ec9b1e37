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

  /// Where a configuration may stand.
  private struct Place {
    var document: SpecDocument
    /// The protocol or the property that has it.
    var path: String
    /// The configurations in it that there are, by path.
    var configs: [String]

    init(_ document: SpecDocument, _ path: String, parts: [String]) {
      self.document = document
      self.path = path
      configs = parts.map { "\(path).\($0)" }.filter { document.contains($0) }
    }
  }

  /// The Device.
  let document: SpecDocument
  /// The DeviceModel, whose configurations those of the Device go over; `nil` when it can have none.
  let model: SpecDocument?

  init(document: SpecDocument, model: SpecDocument?) {
    self.document = document
    // Models of v1alpha2, and of profiles, say nothing to a driver.
    self.model = model?.object["apiVersion"]?.string == APIVersion.v1beta1.groupVersion ? model : nil
  }

  /// A finding with its place.
  func problem(_ finding: String) -> SpecProblem {
    guard let colon = finding.firstRange(of: ": ") else { return document.problem(finding) }
    let path = finding[..<colon.lowerBound]
    let text = String(finding[colon.upperBound...])
    if path.hasPrefix(Self.protocolPath) {
      var places = [Place(document, "spec.protocol", parts: Self.parts)]
      if let model { places.append(Place(model, "spec", parts: ["protocolConfigData"])) }
      return problem(text, field: path.dropFirst(Self.protocolPath.count), of: "the protocol", at: places)
    }
    guard path.hasPrefix(Self.propertyPath.start), let end = path.firstRange(of: Self.propertyPath.end) ?? path.firstRange(of: "]") else {
      return document.problem(text, at: String(path))
    }
    let property = String(path[..<end.lowerBound].dropFirst(Self.propertyPath.start.count))
    let places = [document, model].compactMap { document in
      document.flatMap { document in
        Self.place(of: property, in: document).map { Place(document, $0, parts: Self.parts) }
      }
    }
    // What isn't about its configuration is about the property itself.
    if path[end] == "]" {
      return places.first.map { $0.document.problem(text, at: $0.path + path[end.upperBound...]) }
        ?? document.problem(text, at: String(path))
    }
    return problem(text, field: path[end.upperBound...], of: "the property \(property)", at: places)
  }

  /// Where an object speaks of a property.
  private static func place(of property: String, in document: SpecDocument) -> String? {
    for (list, key) in [("properties", "name"), ("propertyVisitors", "propertyName")] {
      let index = document.object["spec"]?[list]?.array?.firstIndex { $0[key]?.string == property }
      if let index { return "spec.\(list)[\(index)]" }
    }
    return nil
  }

  /// - Parameter field: The path below the configuration, with the dot or bracket it begins with; empty for all of it.
  private func problem(_ text: String, field: Substring, of subject: String, at places: [Place]) -> SpecProblem {
    if !field.isEmpty {
      for place in places {
        if let config = place.configs.first(where: { place.document.contains("\($0)\(field)") }) {
          return place.document.problem(text, at: "\(config)\(field)")
        }
      }
    }
    // What is missing has no place of its own: that of what should have it.
    let name = field.drop { $0 == "." }
    let problem = name.isEmpty ? text : "\(name): \(text)"
    for place in places {
      if let config = place.configs.first { return place.document.problem(problem, at: config) }
    }
    let place = places.first { $0.document.contains($0.path) }
    return (place?.document ?? document).problem("configData of \(subject): \(problem)", at: place?.path ?? "")
  }
}
