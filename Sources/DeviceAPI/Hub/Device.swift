public import JSON

/// A device, decoded from either version of the API.
public struct Device: Sendable, Hashable {
  /// Its name and the like.
  public var metadata: ObjectMeta
  /// What it should be.
  public var spec: DeviceSpec

  /// A device from its parts.
  public init(metadata: ObjectMeta, spec: DeviceSpec) {
    self.metadata = metadata
    self.spec = spec
  }

  /// `namespace/name`.
  public var id: String { metadata.id }
}

extension Device {
  /// Reads a Device of either version; fields it doesn't know are passed over.
  ///
  /// - Throws: ``DeviceAPIError`` with the first field that has a wrong type or lacks.
  public init(decoding object: JSONValue) throws(DeviceAPIError) {
    let header = try ObjectHeader(object, expecting: .device)
    try header.checkTypes(of: object)
    let metadata = try ObjectMeta(decoding: object)
    let hub = header.version == .v1beta1 ? object : VersionConverter.toV1Beta1(object, .device)
    self.init(metadata: metadata, spec: try DeviceSpec(decodingV1Beta1: hub["spec"] ?? [:]))
  }
}

extension DeviceSpec {
  init(decodingV1Beta1 spec: JSONValue) throws(DeviceAPIError) {
    let protocolSpec = spec["protocol"]
    var properties: [DeviceProperty] = []
    for (index, entry) in (spec["properties"]?.array ?? []).enumerated() {
      properties.append(try DeviceProperty(decodingV1Beta1: entry, path: "spec.properties[\(index)]"))
    }
    self.init(
      modelName: spec.at("deviceModelRef", "name")?.nonEmptyString,
      nodeName: spec["nodeName"]?.nonEmptyString,
      protocolName: protocolSpec?["protocolName"]?.nonEmptyString,
      protocolConfig: protocolSpec?["configData"].flatMap { $0.object == nil ? nil : $0 } ?? [:],
      properties: properties,
      methods: (spec["methods"]?.array ?? []).compactMap { method in
        guard let name = method["name"]?.nonEmptyString else { return nil }
        return DeviceMethod(
          name: name, description: method["description"]?.string ?? "",
          propertyNames: (method["propertyNames"]?.array ?? []).compactMap(\.string))
      })
  }
}

extension DeviceProperty {
  init(decodingV1Beta1 entry: JSONValue, path: String) throws(DeviceAPIError) {
    guard let name = entry["name"]?.nonEmptyString else {
      throw DeviceAPIError(code: .invalidField, path: "\(path).name", problem: "a name is required")
    }
    self.init(
      name: name,
      desired: entry["desired"].flatMap { TwinValue(decoding: $0) },
      visitorProtocol: entry.at("visitors", "protocolName")?.nonEmptyString,
      visitor: entry.at("visitors", "configData").flatMap { $0.object == nil ? nil : $0 } ?? [:],
      collectCycle: entry["collectCycle"]?.integer,
      reportCycle: entry["reportCycle"]?.integer,
      reportToCloud: entry["reportToCloud"]?.bool,
      pushMethod: entry["pushMethod"].flatMap { $0.isNull ? nil : $0 },
      isListing: entry.isListingProperty)
  }
}

extension JSONValue {
  /// The string, if this is one and not empty.
  var nonEmptyString: String? { string.flatMap { $0.isEmpty ? nil : $0 } }

  /// Whether a v1beta1 property says more than its name and a desired value.
  var isListingProperty: Bool {
    (object ?? [:]).contains { $0.key != "name" && $0.key != "desired" && !$0.value.isNull }
  }
}
