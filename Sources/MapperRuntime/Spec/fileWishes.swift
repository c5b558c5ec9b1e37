package import DeviceAPI
package import TwinProtocol

/// The desired values that stand in a device's file, in the form in which edgecore tells its own.
///
/// A value is identified by its `metadata.timestamp`, in milliseconds since 1970, as everywhere. In a file it often has
/// none: then it has the timestamp 0, and the text alone tells one wish from the next, so that reading the file again asks
/// for nothing anew, and whatever edgecore is wished counts as newer. Empty values ask for nothing.
package func fileWishes(_ device: ResolvedDevice) -> [String: Twin] {
  var wishes: [String: Twin] = [:]
  for property in device.properties {
    guard let desired = property.desired, !desired.value.isEmpty else { continue }
    let timestamp = desired.metadata["timestamp"].flatMap { Int64($0) } ?? 0
    wishes[property.name] = Twin(expected: .init(desired.value, timestamp: max(0, timestamp)), type: property.type.twinType)
  }
  return wishes
}
