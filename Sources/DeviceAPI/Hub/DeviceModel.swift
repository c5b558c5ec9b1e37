public import JSON

/// A device model, decoded from either version of the API.
public struct DeviceModel: Sendable, Hashable {
  /// Its name and the like.
  public var metadata: ObjectMeta
  /// What its devices have in common.
  public var spec: DeviceModelSpec

  /// A model from its parts.
  public init(metadata: ObjectMeta, spec: DeviceModelSpec) {
    self.metadata = metadata
    self.spec = spec
  }

  /// `namespace/name`.
  public var id: String { metadata.id }

  /// The property with this name.
  public func property(_ name: String) -> ModelProperty? { spec.properties.first { $0.name == name } }
}

extension DeviceModel {
  /// Reads a DeviceModel of either version; fields it doesn't know are passed over.
  ///
  /// - Throws: ``DeviceAPIError`` with the first field that has a wrong type or lacks.
  public init(decoding object: JSONValue) throws(DeviceAPIError) {
    let header = try ObjectHeader(object, expecting: .deviceModel)
    try header.checkTypes(of: object)
    let metadata = try ObjectMeta(decoding: object)
    let hub: JSONValue
    let defaults: [String: String]
    switch header.version {
    case .v1beta1:
      hub = object
      // A model that was written as v1alpha2 carries its default values in the annotation.
      defaults =
        metadata.annotations[APIVersion.v1alpha2.annotation] == nil
        ? [:] : ModelConversion.defaultValues(v1alpha2: VersionConverter.toV1Alpha2(object, .deviceModel))
    case .v1alpha2:
      hub = VersionConverter.toV1Beta1(object, .deviceModel)
      defaults = ModelConversion.defaultValues(v1alpha2: object)
    }
    let spec = hub["spec"] ?? [:]
    var properties: [ModelProperty] = []
    for (index, entry) in (spec["properties"]?.array ?? []).enumerated() {
      properties.append(
        try ModelProperty(
          decodingV1Beta1: entry, path: "spec.properties[\(index)]",
          defaultValue: entry["name"]?.string.flatMap { defaults[$0] }))
    }
    self.init(
      metadata: metadata,
      spec: DeviceModelSpec(
        protocolName: spec["protocol"]?.nonEmptyString,
        protocolConfig: spec["protocolConfigData"].flatMap { $0.object == nil ? nil : $0 } ?? [:],
        properties: properties))
  }
}

extension ModelProperty {
  init(decodingV1Beta1 entry: JSONValue, path: String, defaultValue: String?) throws(DeviceAPIError) {
    guard let name = entry["name"]?.nonEmptyString else {
      throw DeviceAPIError(code: .invalidField, path: "\(path).name", problem: "a name is required")
    }
    let names = PropertyType.allCases.map(\.v1beta1Name).joined(separator: ", ")
    guard let typeName = entry["type"]?.string else {
      throw DeviceAPIError(code: .invalidField, path: "\(path).type", problem: "a type is required: one of \(names)")
    }
    guard let type = PropertyType(v1beta1Name: typeName) else {
      throw DeviceAPIError(code: .invalidField, path: "\(path).type", problem: "\"\(typeName)\" is not one of \(names)")
    }
    var accessMode = AccessMode.readOnly
    if let text = entry["accessMode"]?.nonEmptyString {
      guard let mode = AccessMode(rawValue: text) else {
        throw DeviceAPIError(
          code: .invalidField, path: "\(path).accessMode", problem: "\"\(text)\" is not one of ReadWrite, ReadOnly")
      }
      accessMode = mode
    }
    self.init(
      name: name,
      description: entry["description"]?.string ?? "",
      type: type,
      accessMode: accessMode,
      minimum: entry["minimum"]?.nonEmptyString,
      maximum: entry["maximum"]?.nonEmptyString,
      unit: entry["unit"]?.nonEmptyString,
      visitor: entry.at("visitors", "configData").flatMap { $0.object == nil ? nil : $0 },
      defaultValue: defaultValue)
  }
}
