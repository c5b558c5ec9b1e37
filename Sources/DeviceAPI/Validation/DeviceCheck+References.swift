import JSON

extension DeviceCheck {
  /// Checks what the device's configuration, and its model's, refers to.
  mutating func references(_ check: ReferenceCheck) {
    if case .none = check { return }
    for (path, config) in ConfigurationList(device, version).configurations {
      config.forEachReference(at: path) { path, value in
        let found = ValueReference.errors(in: value, at: path)
        errors += found
        guard found.isEmpty, case .objects(let content) = check else { return }
        warn(of: value, at: path, content)
      }
    }
    guard case .objects(let content) = check, let model else { return }
    inherited(model.spec.protocolConfig, below: hub.at("spec", "protocol", "configData"), at: "spec.protocolConfigData", content)
    for (index, property) in model.spec.properties.enumerated() {
      guard let visitor = property.visitor else { continue }
      let own = hub.at("spec", "properties")?.array?.first { $0["name"]?.string == property.name }
      inherited(visitor, below: own?.at("visitors", "configData"), at: "spec.properties[\(index)].visitors.configData", content)
    }
  }

  /// Warns of what the model refers to where the device says nothing else.
  private mutating func inherited(
    _ config: JSONValue, below own: JSONValue?, at path: String, _ content: (ReferencedObject) -> ReferencedContent
  ) {
    for (key, value) in config.object ?? [:] where own?[key] == nil {
      JSONValue.object([key: value]).forEachReference(at: path) { path, value in
        warn(of: value, at: path, subject: "the DeviceModel \(model?.metadata.name ?? ""), ", content)
      }
    }
  }

  private mutating func warn(
    of value: JSONValue, at path: String, subject: String = "", _ content: (ReferencedObject) -> ReferencedContent
  ) {
    let namespace = device.at("metadata", "namespace")?.nonEmptyString ?? "default"
    guard let reference = ValueReference(value), !reference.isOptional else { return }
    let object = reference.object(in: namespace)
    guard case .missing(let problem) = ReferencedText(reference, in: object, content(object)) else { return }
    let warning = "\(subject)\(path): \(problem); the device is connected when it is applied"
    if !warnings.contains(warning) { warnings.append(warning) }
  }
}
