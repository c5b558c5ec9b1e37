import JSON

extension DeviceCheck {
  /// Holds the device's configuration, and each of its properties', against what the protocol's driver says.
  mutating func configuration(_ find: (_ protocolName: String) -> DriverSchemaDocument?) {
    guard let name = hub.at("spec", "protocol", "protocolName")?.nonEmptyString ?? model?.spec.protocolName else { return }
    foreignVisitors(name)
    guard let driver = find(name) else { return }
    var check = ConfigurationCheck(driver: driver)
    let config = hub.at("spec", "protocol", "configData")?.object ?? [:]
    let protocolPlaces = ConfigurationPlaces(device["spec"]?["protocol"], at: "spec.protocol", version, name)
    check.check(
      driver.protocolConfig, own: .init(members: config) { protocolPlaces.path($0) }, inherited: inherited(model?.spec.protocolConfig),
      subject: { "spec.protocol" })

    let list = version == .v1beta1 ? "properties" : "propertyVisitors"
    let nameKey = version == .v1beta1 ? "name" : "propertyName"
    let written = device.at("spec", list)?.array ?? []
    let entries = hub.at("spec", "properties")?.array ?? []
    let places = Dictionary(
      written.enumerated().compactMap { index, element in element[nameKey]?.string.map { ($0, index) } }
    ) { first, _ in first }
    let isChoosing = entries.contains(where: \.isListingProperty)
    var visited: Set<String> = []
    for entry in entries {
      guard let property = entry["name"]?.nonEmptyString, visited.insert(property).inserted else { continue }
      let known = modelProperties[property]
      // Of a property that the model doesn't have something else is said.
      if model != nil, known == nil { continue }
      let config = entry.at("visitors", "configData")?.object
      let own = places[property].flatMap { index -> ConfigurationCheck.Source? in
        guard let config else { return nil }
        let element = version == .v1beta1 ? written[index]["visitors"] : written[index]
        let path = "spec.\(list)[\(index)]" + (version == .v1beta1 ? ".visitors" : "")
        let places = ConfigurationPlaces(element, at: path, version, name)
        return .init(members: config) { places.path($0) }
      }
      check.check(
        driver.visitor, own: own, inherited: model == nil ? nil : inherited(known?.visitor),
        subject: { "the property \(property)" })
    }
    for property in model?.spec.properties ?? [] where !isChoosing && !visited.contains(property.name) {
      check.check(
        driver.visitor, own: nil, inherited: inherited(property.visitor),
        subject: { "the property \(property.name)" })
    }
    errors += check.errors
    warnings += check.warnings
  }

  private func inherited(_ value: JSONValue?) -> JSONObject? { model == nil ? nil : value?.object ?? [:] }

  /// Visitors are read by the driver of the device's protocol, whatever protocol they say they are for.
  private mutating func foreignVisitors(_ name: String) {
    for entry in hub.at("spec", "properties")?.array ?? [] {
      guard let property = entry["name"]?.nonEmptyString, let other = entry.at("visitors", "protocolName")?.nonEmptyString, other != name
      else { continue }
      warnings.append("the property \(property) has visitors for \(other), and the device's protocol is \(name)")
    }
  }
}

/// Where the members of a configuration, which v1beta1 has in one object and v1alpha2 in several, stand in the object as written.
struct ConfigurationPlaces {
  private let value: JSONValue?
  private let base: String
  private let parts: [[String]]
  /// Where a member belongs that isn't there.
  private let home: String

  /// - Parameters:
  ///   - value: `spec.protocol`, or a property's visitors, as written.
  ///   - base: Where it stands.
  ///   - name: The protocol's name.
  init(_ value: JSONValue?, at base: String, _ version: APIVersion, _ name: String) {
    self.value = value
    self.base = base
    guard version == .v1alpha2 else {
      parts = [["configData"]]
      home = "\(base).configData"
      return
    }
    let isTyped = ProtocolFields.typedProtocols.contains(name)
    let own = isTyped ? [name] : ["customizedProtocol", "configData"]
    parts = [own, ["common", "com"], ["common", "tcp"], ["common"], ["common", "customizedValues"], ["customizedValues"]]
    home = "\(base).\(own.joined(separator: "."))"
  }

  /// The path of a member.
  func path(_ member: String) -> String {
    for part in parts {
      let object = part.reduce(value) { $0?[$1] }
      if object?[member] != nil { return "\(base).\(part.joined(separator: "."))".appending(field: member) }
    }
    return home.appending(field: member)
  }
}
