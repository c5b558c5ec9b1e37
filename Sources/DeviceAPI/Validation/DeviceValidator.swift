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
  public static func validate(_ device: JSONValue, model: DeviceModel?) -> (errors: [FieldError], warnings: [String]) {
    let header: ObjectHeader
    do { header = try ObjectHeader(device, expecting: .device) } catch {
      return ([FieldError(path: error.path, kind: .invalid, detail: error.problem)], [])
    }
    var check = DeviceCheck(device: device, model: model)
    check.reference()
    switch header.version {
    case .v1alpha2: check.v1alpha2()
    case .v1beta1: check.v1beta1()
    }
    check.destination(version: header.version)
    return (check.errors, check.warnings)
  }
}
