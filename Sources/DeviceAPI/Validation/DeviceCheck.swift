import JSON

/// One run of ``DeviceValidator``, gathering what it finds.
struct DeviceCheck {
  let device: JSONValue
  let model: DeviceModel?
  /// The model's properties by name.
  let modelProperties: [String: ModelProperty]
  var errors: [FieldError] = []
  var warnings: [String] = []
  /// The device as v1beta1 says it.
  let hub: JSONValue
  let version: APIVersion

  init(device: JSONValue, version: APIVersion, model: DeviceModel?) {
    self.device = device
    self.version = version
    hub = version == .v1beta1 ? device : VersionConverter.toV1Beta1(device, .device)
    self.model = model
    modelProperties = Dictionary((model?.spec.properties ?? []).map { ($0.name, $0) }) { first, _ in first }
  }

  /// For so many names that the model doesn't have what may be meant is looked for, each among all it has.
  private static let suggestions = 20
  /// How many names the model doesn't have.
  private var strangers = 0

  // MARK: Versions

  mutating func v1beta1() {
    let spec = device["spec"]
    let properties = spec?["properties"]?.array ?? []
    names(of: properties, "name", at: "spec.properties")
    for (index, property) in properties.enumerated() {
      let path = "spec.properties[\(index)]"
      known(property["name"], at: "\(path).name")
      desired(property["desired"], of: property["name"]?.string, at: "\(path).desired.value")
      for key in ["collectCycle", "reportCycle"] {
        guard let cycle = property[key]?.integer else { continue }
        guard sensible(cycle, .milliseconds, at: "\(path).\(key)") else { continue }
        if cycle >= CycleUnit.threshold {
          warnings.append(
            "\(path).\(key): \(cycle) milliseconds are \(cycle / 3_600_000) hours; if nanoseconds are meant, write \(cycle / 1_000_000)")
        }
      }
    }
    if let cycle = spec?.at("stateReport", "reportCycle")?.integer { sensible(cycle, .milliseconds, at: "spec.stateReport.reportCycle") }
    let methods = spec?["methods"]?.array ?? []
    names(of: methods, "name", at: "spec.methods")
    for (index, method) in methods.enumerated() {
      for (position, name) in (method["propertyNames"]?.array ?? []).enumerated() {
        known(name, at: "spec.methods[\(index)].propertyNames[\(position)]")
      }
    }
  }

  mutating func v1alpha2() {
    let spec = device["spec"]
    cycleUnit()
    oneProtocol(in: spec?["protocol"], at: "spec.protocol")
    let unit = CycleUnit(of: device)
    let visitors = spec?["propertyVisitors"]?.array ?? []
    names(of: visitors, "propertyName", at: "spec.propertyVisitors")
    for (index, visitor) in visitors.enumerated() {
      let path = "spec.propertyVisitors[\(index)]"
      known(visitor["propertyName"], at: "\(path).propertyName")
      oneProtocol(in: visitor, at: path)
      for key in ["collectCycle", "reportCycle"] {
        guard let cycle = visitor[key]?.integer else { continue }
        guard sensible(cycle, unit, at: "\(path).\(key)") else { continue }
        if unit == .guessed, unit.isNanoseconds(cycle) {
          warnings.append(
            "\(path).\(key): \(cycle) is taken as nanoseconds, \(unit.milliseconds(cycle)) ms; the annotation \(CycleUnit.annotation): ms or ns settles it"
          )
        }
      }
    }
    let twins = device.at("status", "twins")?.array ?? []
    names(of: twins, "propertyName", at: "status.twins")
    for (index, twin) in twins.enumerated() {
      let path = "status.twins[\(index)]"
      known(twin["propertyName"], at: "\(path).propertyName")
      desired(twin["desired"], of: twin["propertyName"]?.string, at: "\(path).desired.value")
    }
    for (index, property) in (spec?.at("data", "dataProperties")?.array ?? []).enumerated() {
      known(property["propertyName"], at: "spec.data.dataProperties[\(index)].propertyName")
    }
  }

  // MARK: Parts

  mutating func reference() {
    guard let name = device.at("spec", "deviceModelRef", "name")?.nonEmptyString else {
      errors.append(
        FieldError(path: "spec.deviceModelRef.name", kind: .required, detail: "the name of the device's DeviceModel is required"))
      return
    }
    if model == nil {
      let namespace = device.at("metadata", "namespace")?.nonEmptyString ?? "default"
      warnings.append("there is no DeviceModel \(namespace)/\(name) yet; the device starts when it is applied")
    }
  }

  /// What the device needs so that some mapper takes it.
  mutating func destination() {
    let field = version == .v1beta1 ? "spec.nodeName" : "spec.nodeSelector"
    if hub.at("spec", "nodeName")?.nonEmptyString == nil {
      warnings.append("\(field) names no node, so no mapper takes the device")
    }
    if let model, model.spec.protocolName == nil, hub.at("spec", "protocol", "protocolName")?.nonEmptyString == nil {
      warnings.append("neither the device nor its DeviceModel \(model.metadata.name) names a protocol, so no mapper takes the device")
    }
  }

  private mutating func names(of elements: [JSONValue], _ key: String, at path: String) {
    var seen: [String: Int] = [:]
    for (index, element) in elements.enumerated() where element.object != nil {
      guard let name = element[key]?.nonEmptyString else {
        if element[key]?.string != nil || element[key] ?? .null == .null {
          errors.append(FieldError(path: "\(path)[\(index)].\(key)", kind: .required, detail: "a name is required"))
        }
        continue
      }
      if let first = seen[name] {
        errors.append(
          FieldError(
            path: "\(path)[\(index)].\(key)", kind: .duplicate, value: JSONValue.string(name).shortText,
            detail: "\(JSONValue.string(name).shortText) is there already, as \(path)[\(first)]"))
      } else {
        seen[name] = index
      }
    }
  }

  private mutating func known(_ name: JSONValue?, at path: String) {
    guard let model, let name = name?.nonEmptyString, modelProperties[name] == nil else { return }
    strangers += 1
    let hint = strangers <= Self.suggestions ? Suggestion.text(for: name, among: model.spec.properties.map(\.name)) : ""
    errors.append(
      FieldError(
        path: path, kind: .notFound, value: JSONValue.string(name).shortText,
        detail: "\(JSONValue.string(name).shortText) is no property of the DeviceModel \(model.metadata.name)\(hint)"))
  }

  private mutating func desired(_ desired: JSONValue?, of name: String?, at path: String) {
    guard let value = desired?["value"]?.nonEmptyString, let name, let property = modelProperties[name] else { return }
    let problem =
      property.accessMode == .readOnly
      ? "the property \(name) is ReadOnly, so it can't have a desired value"
      : property.type.check(value, minimum: property.minimum, maximum: property.maximum)
    if let problem { errors.append(.invalid(path, value, problem)) }
  }

  /// Of several protocols, where one is meant, the first counts.
  private mutating func oneProtocol(in value: JSONValue?, at path: String) {
    let names = (ProtocolFields.typedProtocols + ["customizedProtocol"]).filter { value?[$0]?.object != nil }
    guard names.count > 1, let first = names.first else { return }
    warnings.append("\(path) has several protocols (\(names.joined(separator: ", "))), of which \(first) counts")
  }

  /// Whether a cycle is one that something can be done in.
  @discardableResult
  private mutating func sensible(_ cycle: Int64, _ unit: CycleUnit, at path: String) -> Bool {
    if cycle <= 0 {
      errors.append(.invalid(path, String(cycle), "\(cycle) is no cycle: it has to be greater than 0"))
      return false
    }
    guard unit.milliseconds(cycle) > CycleUnit.longest else { return true }
    let name = unit.isNanoseconds(cycle) ? "nanoseconds" : "milliseconds"
    errors.append(
      .invalid(path, String(cycle), "\(cycle) \(name) are longer than a year, \(CycleUnit.longest) milliseconds, which no cycle may be"))
    return false
  }

  private mutating func cycleUnit() {
    guard let unit = device.annotation(CycleUnit.annotation), unit != "ms", unit != "ns" else { return }
    errors.append(
      .invalid("metadata.annotations[\(CycleUnit.annotation)]", unit, "\(JSONValue.string(unit).shortText) is not ms or ns"))
  }
}
