import JSON

/// The two fields by which an object says what it is.
struct ObjectHeader {
  let version: APIVersion
  let kind: ResourceKind

  init(_ object: JSONValue, expecting expected: ResourceKind? = nil) throws(DeviceAPIError) {
    guard object.object != nil else {
      throw DeviceAPIError(code: .invalidField, path: "", problem: "expected an object, found \(object.kind)")
    }
    let apiVersion = object["apiVersion"]?.string ?? ""
    guard let version = APIVersion(groupVersion: apiVersion) else {
      let known = APIVersion.allCases.map(\.groupVersion).joined(separator: " or ")
      throw DeviceAPIError(
        code: .unknownVersion, path: "apiVersion",
        problem: apiVersion.isEmpty ? "missing, expected \(known)" : "\"\(apiVersion)\" is not \(known)")
    }
    let kindName = object["kind"]?.string ?? ""
    guard let kind = ResourceKind(rawValue: kindName), expected == nil || kind == expected else {
      let known = expected?.rawValue ?? ResourceKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw DeviceAPIError(
        code: .unknownKind, path: "kind", problem: kindName.isEmpty ? "missing, expected \(known)" : "\"\(kindName)\" is not \(known)")
    }
    guard kind.versions.contains(version) else {
      throw DeviceAPIError(
        code: .unknownVersion, path: "apiVersion", problem: "there is no \(kind.rawValue) in \(version.groupVersion)")
    }
    self.version = version
    self.kind = kind
  }

  /// Refuses a field with a wrong type, so that decoding may take every field for what it should be.
  func checkTypes(of object: JSONValue) throws(DeviceAPIError) {
    guard let schema = Schema.of(kind, version) else { return }
    if let error = schema.validate(object).first(where: { $0.kind == .typeInvalid && !$0.isFormat }) {
      throw DeviceAPIError(code: .invalidField, path: error.path, problem: error.detail)
    }
  }
}
