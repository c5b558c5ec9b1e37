public import JSON

/// Checks what a Device means, beyond its schema: names, references to the model, desired values, cycles.
///
/// Paths are those of the version the object is written in. Fields with wrong types are passed over; the schema names them.
public enum DeviceValidator {
  /// Everything that is wrong with a device, and what its author should know although it isn't wrong.
  ///
  /// - Parameters:
  ///   - device: The object as it was written, in either version.
  ///   - model: Its model; `nil` when there is none yet, which is no error.
  ///   - driver: What the driver of a protocol says of its configuration, by the protocol's name; `nil` where that isn't known, and
  ///     the driver will say by itself what it can't use.
  ///   - references: How far references to Secrets and ConfigMaps are checked.
  public static func validate(
    _ device: JSONValue, model: DeviceModel?, driver: (_ protocolName: String) -> DriverSchemaDocument? = { _ in nil },
    references: ReferenceCheck = .form
  ) -> (errors: [FieldError], warnings: [String]) {
    let header: ObjectHeader
    do { header = try ObjectHeader(device, expecting: .device) } catch {
      return ([FieldError(path: error.path, kind: .invalid, detail: error.problem)], [])
    }
    var check = DeviceCheck(device: device, version: header.version, model: model)
    check.reference()
    switch header.version {
    case .v1alpha2: check.v1alpha2()
    case .v1beta1: check.v1beta1()
    }
    check.references(references)
    check.configuration(driver)
    check.destination()
    return (check.errors, check.warnings)
  }
}
