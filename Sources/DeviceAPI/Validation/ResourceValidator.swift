public import JSON

/// Checks an object for all there is to find at once: its fields, its metadata and its meaning.
public enum ResourceValidator {
  /// Everything that is wrong with an object, and what its author should know although it isn't wrong.
  ///
  /// A field has one error: where its type is wrong, nothing is said of what it would mean.
  ///
  /// - Parameters:
  ///   - object: A Device, DeviceModel or DeviceStatus as it was written, in either version.
  ///   - model: The model of a Device; `nil` when there is none yet, which is no error.
  ///   - driver: What the driver of a protocol says of its configuration, by the protocol's name; `nil` where that isn't known.
  ///   - references: How far references to Secrets and ConfigMaps are checked.
  /// - Throws: ``DeviceAPIError`` when the object has no known version and kind.
  public static func validate(
    _ object: JSONValue, model: DeviceModel? = nil, driver: (_ protocolName: String) -> DriverSchemaDocument? = { _ in nil },
    references: ReferenceCheck = .form
  ) throws(DeviceAPIError) -> (errors: [FieldError], warnings: [String]) {
    let header = try ObjectHeader(object)
    var errors = Schema.of(header.kind, header.version)?.validate(object) ?? []
    errors += ObjectMetaValidator.validate(object)
    let meaning: (errors: [FieldError], warnings: [String]) =
      switch header.kind {
      case .device: DeviceValidator.validate(object, model: model, driver: driver, references: references)
      case .deviceModel: DeviceModelValidator.validate(object, driver: driver, references: references)
      case .deviceStatus: ([], [])
      }
    var places = Set(errors.map(\.path))
    // A schema finds an element that is there twice, its meaning the name that it has.
    for error in errors where error.kind == .duplicate { places.formUnion(["\(error.path).name", "\(error.path).propertyName"]) }
    errors += meaning.errors.filter { !places.contains($0.path) }
    return (errors, meaning.warnings)
  }
}
