package import TwinProtocol

extension DeviceTwinState {
  /// How many attributes a device may have.
  private static let maximumAttributes = 1_000

  /// Takes attributes from the cloud.
  ///
  /// - Parameter isWhole: Whether those are all that the device has, so that what isn't named goes.
  /// - Returns: What changed; `nil` for what was deleted.
  package mutating func apply(_ update: AttributesUpdate, isWhole: Bool) -> [String: DeviceAttribute?] {
    var changes: [String: DeviceAttribute?] = [:]
    for (name, change) in update.attributes {
      let known = attributes[name]
      guard let change else {
        guard let known, isWhole || known.optional ?? true else { continue }
        attributes[name] = nil
        changes[name] = .some(nil)
        continue
      }
      guard TwinValueRules.problem(inName: name) == nil, change.value.utf8.count <= TwinValueRules.maximumValueBytes,
        known != nil || attributes.count < Self.maximumAttributes
      else { continue }
      let attribute = DeviceAttribute(
        change.value, optional: change.optional ?? known?.optional ?? true, type: change.type ?? known?.type ?? "string")
      guard attribute != known else { continue }
      attributes[name] = attribute
      changes[name] = change
    }
    if isWhole {
      for name in attributes.keys where update.attributes[name] == nil && update.malformed[name] == nil {
        attributes[name] = nil
        changes[name] = .some(nil)
      }
    }
    return changes
  }
}
