public import JSON

/// Converts a Device or DeviceModel to another version of the API.
///
/// What the other version can't say travels in the annotation `devices.kubeedge.io/<original version>` as JSON and
/// comes back when the object is converted back; fields edited in between keep their edits.
///
/// The `protocol.common` fields of v1alpha2 (`serialPort`, `baudRate`, `ip`, `port`, `reconnTimeout`, …) and its
/// `customizedValues` stand at the top level of v1beta1's `configData`, beside the fields of the protocol itself, where
/// mappers for v1beta1 look for them.
///
/// - Throws: ``DeviceAPIError`` when the object has no known version and kind, or the kind doesn't exist in `version`.
public func convert(_ object: JSONValue, to version: APIVersion) throws(DeviceAPIError) -> JSONValue {
  let header = try ObjectHeader(object)
  guard header.kind.versions.contains(version) else {
    throw DeviceAPIError(
      code: .notConvertible, path: "apiVersion", problem: "there is no \(header.kind.rawValue) in \(version.groupVersion)")
  }
  return VersionConverter.convert(object, header.kind, from: header.version, to: version)
}
