import DeviceAPI
import JSON

/// How far desired values have come on their way to the device.
enum DesiredProgress: Equatable {
  /// The device reports them all.
  case reached
  /// One was refused, for this reason.
  case refused(String)
  /// Not there yet; the device's own words for it.
  case pending(String)

  /// Reads the progress of some values from the device (v1beta1) as it is now.
  init(_ values: [SetDesired.Assignment], device: JSONValue) {
    let synced = device.at("status", "conditions")?.array?.first { $0["type"]?.string == "Synced" }
    let message = synced?["message"]?.string ?? ""
    // One that the device took and never showed comes to nothing as well.
    if synced?["status"]?.string == "False", ["Rejected", "Timeout"].contains(synced?["reason"]?.string),
      values.contains(where: { message.hasPrefix("\($0.property): ") })
    {
      self = .refused(message)
      return
    }
    let twins = device.at("status", "twins")?.array ?? []
    let isReached = values.allSatisfy { value in
      // An empty desired value is written to nobody.
      guard !value.value.isEmpty else { return true }
      let twin = twins.first { $0["propertyName"]?.string == value.property }
      // The server knows what the device can hold of it, which a single-precision number is less than was wished.
      if synced?["status"]?.string == "True", twin?.at("desired", "value")?.string == value.value { return true }
      guard let reported = twin?.at("reported", "value")?.string else { return false }
      let type = twin?.at("reported", "metadata", "type")?.string.flatMap { PropertyType(rawValue: $0.lowercased()) }
      return type?.isEqual(reported, value.value) ?? Self.isSame(reported, value.value)
    }
    self = isReached ? .reached : .pending(message)
  }

  /// Whether two texts mean one value: the same text, or the same number.
  private static func isSame(_ left: String, _ right: String) -> Bool {
    if left == right { return true }
    guard let left = Double(left), let right = Double(right) else { return left.lowercased() == right.lowercased() }
    return left == right
  }
}
