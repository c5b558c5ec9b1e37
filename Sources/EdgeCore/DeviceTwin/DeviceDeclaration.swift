package import DeviceAPI
import TwinProtocol

/// What a Device and its model say of the device's twin.
package struct DeviceDeclaration: Sendable, Hashable {
  /// A desired value as it was applied.
  package struct Desired: Sendable, Hashable {
    package var value: String
    package var metadata: [String: String]
    /// The timestamp that its author gave it, in milliseconds since 1970.
    package var timestamp: Int64? { metadata["timestamp"].flatMap { Int64($0) } }
  }

  package var modelName: String?
  package var isModelFound: Bool
  package var protocolName: String?
  package var properties: [String: TwinProperty]
  package var desired: [String: Desired]

  /// - Parameters:
  ///   - device: The Device.
  ///   - model: Its model, if that is there.
  ///   - desired: The desired values, by property.
  package init(device: Device, model: DeviceModel?, desired: [String: Desired]) {
    modelName = device.spec.modelName
    isModelFound = model != nil
    protocolName = device.spec.protocolName ?? model?.spec.protocolName
    self.desired = desired
    properties = [:]
    if let model {
      for property in ResolvedDevice(device: device, model: model).properties {
        properties[property.name] = TwinProperty(
          type: property.type.twinType, optional: false, isDeclared: true, minimum: property.minimum, maximum: property.maximum,
          isWritable: property.accessMode == .readWrite)
      }
    } else {
      for name in device.spec.properties.map(\.name) + desired.keys {
        properties[name] = TwinProperty(type: "string", optional: false, isDeclared: true)
      }
    }
  }
}

extension DeviceTwinState {
  /// Makes the twin what the Device and its model say, keeping what was reported.
  ///
  /// - Returns: Whether anything changed.
  package mutating func declare(_ declaration: DeviceDeclaration, now: Int64) -> Bool {
    let before = self
    modelName = declaration.modelName
    isModelFound = declaration.isModelFound
    protocolName = declaration.protocolName
    for (name, property) in properties where declaration.properties[name] == nil {
      if property.isDeclared || isModelFound { properties[name] = nil }
    }
    for (name, declared) in declaration.properties {
      var property = declared
      if let known = properties[name] {
        property.actual = known.actual.flatMap { TwinValueRules.problem(inValue: $0.value, of: declared) == nil ? $0 : nil }
        property.expected = known.expected
        property.expectedMetadata = known.expectedMetadata
        property.written = known.written
        property.awaitsReadBack = known.awaitsReadBack
        property.expectedVersion = known.expectedVersion
        property.actualVersion = known.actualVersion
      }
      if let tombstone = deleted.removeValue(forKey: name) { property.revive(tombstone) }
      property.take(declaration.desired[name], now: now)
      properties[name] = property
    }
    _ = refreshConditions(now: now)
    return self != before
  }
}

extension TwinProperty {
  /// Takes over what is desired of the property now; the same value again stays the same wish.
  fileprivate mutating func take(_ desired: DeviceDeclaration.Desired?, now: Int64) {
    guard let desired else {
      if expected != nil { expectedVersion = expectedVersion.nextAtEdge }
      expected = nil
      expectedMetadata = [:]
      return
    }
    expectedMetadata = desired.metadata
    expectedMetadata["timestamp"] = nil
    if expected?.value != desired.value {
      wish(desired.value, now: now)
    } else if let timestamp = desired.timestamp, timestamp > expected?.timestamp ?? 0, timestamp <= now + 86_400_000 {
      // The same value wished anew: whoever wants it written once more says so with a later time, but not one of tomorrow.
      wish(desired.value, now: now, timestamp: timestamp)
    }
  }
}
