public import JSON

/// Checks what a DeviceModel means, beyond its schema: names, types, limits and default values.
///
/// Paths are those of the version the object is written in. Fields with wrong types are passed over; the schema names them.
public enum DeviceModelValidator {
  /// Everything that is wrong with a model, and what its author should know although it isn't wrong.
  ///
  /// - Parameters:
  ///   - model: The object as it was written, in either version.
  ///   - driver: What the driver of a protocol says of its configuration, by the protocol's name; `nil` where that isn't known.
  ///   - references: How far references to Secrets and ConfigMaps are checked: their form, since a model has no namespace to look in.
  public static func validate(
    _ model: JSONValue, driver: (_ protocolName: String) -> DriverSchemaDocument? = { _ in nil }, references: ReferenceCheck = .form
  ) -> (errors: [FieldError], warnings: [String]) {
    let header: ObjectHeader
    do { header = try ObjectHeader(model, expecting: .deviceModel) } catch {
      return ([FieldError(path: error.path, kind: .invalid, detail: error.problem)], [])
    }
    var check = ModelCheck()
    let properties = model.at("spec", "properties")?.array ?? []
    if properties.isEmpty { check.warnings.append("spec.properties is empty, so devices of this model have nothing to read or write") }
    for (index, property) in properties.enumerated() where property.object != nil {
      let path = "spec.properties[\(index)]"
      check.name(of: property, at: path)
      switch header.version {
      case .v1beta1: check.v1beta1(property, at: path)
      case .v1alpha2: check.v1alpha2(property, at: path)
      }
    }
    if header.version == .v1beta1 { check.references(of: model, references) }
    if header.version == .v1beta1, let driver = model.at("spec", "protocol")?.nonEmptyString.flatMap(driver) {
      var configuration = ConfigurationCheck(driver: driver)
      configuration.model(model)
      check.errors += configuration.errors
      check.warnings += configuration.warnings
    }
    return (check.errors, check.warnings)
  }
}

/// One run of ``DeviceModelValidator``, gathering what it finds.
private struct ModelCheck {
  var errors: [FieldError] = []
  var warnings: [String] = []
  private var seen: [String: String] = [:]

  mutating func name(of property: JSONValue, at path: String) {
    guard let name = property["name"]?.nonEmptyString else {
      if property["name"]?.string != nil || property["name"] ?? .null == .null {
        errors.append(FieldError(path: "\(path).name", kind: .required, detail: "a name is required"))
      }
      return
    }
    if let first = seen.updateValue(path, forKey: name) {
      let text = JSONValue.string(name).shortText
      errors.append(
        FieldError(path: "\(path).name", kind: .duplicate, value: text, detail: "\(text) is there already, as \(first)"))
    }
  }

  mutating func v1beta1(_ property: JSONValue, at path: String) {
    guard let typeName = property["type"]?.nonEmptyString else {
      if property["type"] ?? .null == .null {
        let names = PropertyType.allCases.map(\.v1beta1Name).joined(separator: ", ")
        errors.append(FieldError(path: "\(path).type", kind: .required, detail: "a type is required: one of \(names)"))
      }
      return
    }
    guard let type = PropertyType(v1beta1Name: typeName) else { return }
    limits(property["minimum"]?.nonEmptyString, property["maximum"]?.nonEmptyString, of: type, at: path)
  }

  mutating func v1alpha2(_ property: JSONValue, at path: String) {
    guard property["type"] == nil || property["type"]?.object != nil else { return }
    let types = (property["type"]?.object ?? [:]).filter { PropertyType(rawValue: $0.key) != nil && $0.value.object != nil }
    guard let (name, members) = types.first, let type = PropertyType(rawValue: name) else {
      errors.append(
        FieldError(
          path: "\(path).type", kind: .required, detail: "a type is required: one of int, float, double, string, boolean, bytes"))
      return
    }
    if types.count > 1 {
      let names = types.map(\.key).joined(separator: ", ")
      errors.append(FieldError(path: "\(path).type", kind: .invalid, detail: "there are several types (\(names)), but a property has one"))
      return
    }
    let minimum = members["minimum"]?.number.map { ModelConversion.text($0, name) }
    let maximum = members["maximum"]?.number.map { ModelConversion.text($0, name) }
    limits(minimum, maximum, of: type, at: "\(path).type.\(name)")
    let defaultValue = members["defaultValue"]
    guard let text = defaultValue?.nonEmptyString ?? defaultValue?.number.map({ ModelConversion.text($0, name) }) else { return }
    if let problem = type.check(text, minimum: minimum, maximum: maximum) {
      errors.append(.invalid("\(path).type.\(name).defaultValue", text, problem))
    }
  }

  mutating func references(of model: JSONValue, _ check: ReferenceCheck) {
    if case .none = check { return }
    for (path, config) in ConfigurationList(model: model).configurations {
      config.forEachReference(at: path) { path, value in errors += ValueReference.errors(in: value, at: path) }
    }
  }

  private mutating func limits(_ minimum: String?, _ maximum: String?, of type: PropertyType, at path: String) {
    guard type.isNumeric else {
      for (key, value) in [("minimum", minimum), ("maximum", maximum)] where value != nil {
        warnings.append("\(path).\(key) means nothing for the type \(type.v1beta1Name)")
      }
      return
    }
    var values: [Double] = []
    for (key, text) in [("minimum", minimum), ("maximum", maximum)] {
      guard let text else { continue }
      if let problem = type.check(text) {
        errors.append(.invalid("\(path).\(key)", text, problem))
      } else if let value = Decimal64.double(text) {
        values.append(value)
      }
    }
    if values.count == 2, values[0] > values[1] {
      errors.append(.invalid("\(path).minimum", minimum ?? "", "the minimum \(minimum ?? "") is above the maximum \(maximum ?? "")"))
    }
  }
}
