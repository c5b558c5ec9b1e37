package import DeviceAPI
package import TwinProtocol

/// The desired values that stand in a device's file, in the form in which edgecore tells its own.
///
/// A value is identified by its `metadata.timestamp`, in milliseconds since 1970, as everywhere. In a file it often has
/// none: then it has a number below 0 that is made of its text, so that reading the file again asks for nothing anew, nor does
/// a mapper that starts again and is told by edgecore what was written, and whatever edgecore is wished counts as newer. Empty
/// values ask for nothing.
package func fileWishes(_ device: ResolvedDevice) -> [String: Twin] {
  var wishes: [String: Twin] = [:]
  for property in device.properties {
    guard let desired = property.desired, !desired.value.isEmpty else { continue }
    let timestamp = desired.metadata["timestamp"].flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil } ?? identity(of: desired.value)
    wishes[property.name] = Twin(expected: .init(desired.value, timestamp: timestamp), type: property.type.twinType)
  }
  return wishes
}

/// A number for a text (FNV-1a), the same in every process; of 53 bits, which every reader of JSON keeps.
private func identity(of text: String) -> Int64 {
  let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  return -1 - Int64(hash >> 11)
}
