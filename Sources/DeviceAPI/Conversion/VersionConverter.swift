import JSON

/// Converts whole objects, with what the other version can't say kept in an annotation.
///
/// A plain conversion maps what both versions know. The annotation holds the difference between an object and what a
/// plain conversion there and back makes of it, each change with the value it expects to replace; so a field that was
/// edited in between keeps its edit, and everything else comes back as it was.
enum VersionConverter {
  static func convert(_ object: JSONValue, _ kind: ResourceKind, from source: APIVersion, to target: APIVersion) -> JSONValue {
    guard source != target else { return object }
    // An annotation of that name with something else in it is its author's.
    let kept = object.annotation(target.annotation).flatMap { Residue(text: $0) }
    let bare = kept == nil ? object : object.withoutAnnotation(target.annotation)
    var result = plain(bare, kind, to: target)
    if let kept { result = restored(result, kept, Schema.of(kind, target)) }
    let back = plain(result, kind, to: source)
    if let residue = Residue(from: back, to: bare) {
      result = result.withAnnotation(source.annotation, residue.text)
    }
    return result
  }

  /// The object with what it said before in this version, as far as the version's schema takes it: anybody may have written
  /// the annotation.
  private static func restored(_ object: JSONValue, _ residue: Residue, _ schema: Schema?) -> JSONValue {
    guard let schema else { return object }
    let errors = schema.validate(object).count
    let whole = residue.applied(to: object)
    if schema.validate(whole).count <= errors { return whole }
    var result = object
    for part in residue.parts(atMost: 16) {
      let next = part.applied(to: result)
      if schema.validate(next).count <= errors { result = next }
    }
    return result
  }

  static func toV1Beta1(_ object: JSONValue, _ kind: ResourceKind) -> JSONValue {
    convert(object, kind, from: .v1alpha2, to: .v1beta1)
  }

  static func toV1Alpha2(_ object: JSONValue, _ kind: ResourceKind) -> JSONValue {
    convert(object, kind, from: .v1beta1, to: .v1alpha2)
  }

  private static func plain(_ object: JSONValue, _ kind: ResourceKind, to target: APIVersion) -> JSONValue {
    var members: JSONObject = [:]
    members["apiVersion"] = .string(target.groupVersion)
    members["kind"] = object["kind"]
    members["metadata"] = object["metadata"]
    let converted: [(String, JSONValue?)] =
      switch (kind, target) {
      case (.device, .v1beta1): DeviceConversion.toV1Beta1(object)
      case (.device, .v1alpha2): DeviceConversion.toV1Alpha2(object)
      case (.deviceModel, .v1beta1): ModelConversion.toV1Beta1(object)
      case (.deviceModel, .v1alpha2): ModelConversion.toV1Alpha2(object)
      case (.deviceStatus, _): [("spec", object["spec"]), ("status", object["status"])]
      }
    for (key, value) in converted { members[key] = value }
    return .object(members)
  }
}

extension JSONValue {
  func annotation(_ name: String) -> String? { at("metadata", "annotations", name)?.string }

  func withoutAnnotation(_ name: String) -> JSONValue {
    guard annotation(name) != nil, var metadata = self["metadata"], var annotations = metadata["annotations"]?.object else {
      return self
    }
    annotations[name] = nil
    metadata["annotations"] = annotations.isEmpty ? nil : .object(annotations)
    var result = self
    result["metadata"] = metadata
    return result
  }

  func withAnnotation(_ name: String, _ value: String) -> JSONValue {
    var metadata = self["metadata"] ?? [:]
    var annotations = metadata["annotations"]?.object ?? [:]
    annotations[name] = .string(value)
    metadata["annotations"] = .object(annotations)
    var result = self
    result["metadata"] = metadata
    return result
  }
}
