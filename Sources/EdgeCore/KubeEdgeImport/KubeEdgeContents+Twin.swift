import Glibc
import JSON
import TwinProtocol

// What KubeEdge's rows mean as twins.

extension KubeEdgeContents.Twin {
  /// The property; `nil` for one that was deleted, of which KubeEdge keeps the versions.
  var property: TwinProperty? {
    guard type != "deleted" else { return nil }
    let type = type.flatMap { TwinValueRules.propertyType($0) == nil ? nil : $0 } ?? "string"
    var property = TwinProperty(type: type, optional: isOptional)
    property.expected = Self.value(expected, expectedMetadata, of: property)
    property.actual = Self.value(actual, actualMetadata, of: property)
    property.expectedVersion = Self.version(expectedVersion)
    property.actualVersion = Self.version(actualVersion)
    return property
  }

  var tombstone: DeviceTwinState.Tombstone {
    DeviceTwinState.Tombstone(expectedVersion: Self.version(expectedVersion), actualVersion: Self.version(actualVersion))
  }

  /// An empty value is one that was removed.
  private static func value(_ text: String?, _ metadata: String?, of property: TwinProperty) -> TwinValue? {
    guard let text, !text.isEmpty, TwinValueRules.problem(inValue: text, of: property) == nil else { return nil }
    return TwinValue(text, timestamp: member("timestamp", of: metadata))
  }

  private static func version(_ json: String?) -> TwinVersion {
    // A number that no counter reaches would overflow with the next change.
    func count(_ name: String) -> Int64 { member(name, of: json).flatMap { (0..<1 << 62).contains($0) ? $0 : nil } ?? 0 }
    return TwinVersion(cloud: count("cloud"), edge: count("edge"))
  }

  private static func member(_ name: String, of json: String?) -> Int64? {
    guard let json, !json.isEmpty else { return nil }
    return (try? JSONValue(parsing: json))?[name]?.integer
  }
}

extension DeviceTwinState {
  /// Takes over what KubeEdge knew of a device. What its Device and model say stands above that.
  ///
  /// - Returns: Properties that the device's model doesn't have.
  mutating func take(
    _ device: KubeEdgeContents.Device, _ twins: [KubeEdgeContents.Twin], _ attributes: [KubeEdgeContents.Attribute], now: Int64
  ) -> [String] {
    var unknown: [String] = []
    if let text = device.description, !text.isEmpty { description = text }
    for attribute in attributes {
      self.attributes[attribute.name] = DeviceAttribute(
        attribute.value ?? "", optional: attribute.isOptional, type: attribute.type.flatMap { $0.isEmpty ? nil : $0 })
    }
    for twin in twins {
      guard TwinValueRules.problem(inName: twin.name) == nil else { continue }
      guard let imported = twin.property else {
        if properties[twin.name] == nil { deleted[twin.name] = twin.tombstone }
        continue
      }
      if let declared = properties[twin.name] {
        properties[twin.name] = declared.taking(imported)
      } else if isModelFound {
        unknown.append(twin.name)
      } else {
        properties[twin.name] = imported
      }
    }
    if let state = device.state, !state.isEmpty { _ = apply(state: state, now: now) }
    lastOnline = device.lastOnline.flatMap(Self.milliseconds)
    _ = refreshConditions(now: now)
    return unknown.sorted()
  }

  /// KubeEdge writes the node's local time, `2026-11-23 05:20:26`.
  private static func milliseconds(_ text: String) -> Int64? {
    if let time = Timestamp.milliseconds(rfc3339: text) { return time }
    guard let time = Timestamp.milliseconds(rfc3339: text.split(separator: " ").joined(separator: "T") + "Z") else { return nil }
    var seconds = time_t(time / 1_000)
    var local = tm()
    guard localtime_r(&seconds, &local) != nil else { return nil }
    return time - Int64(local.tm_gmtoff) * 1_000
  }
}

extension TwinProperty {
  /// A declared property with the values that KubeEdge had for it.
  fileprivate func taking(_ imported: TwinProperty) -> TwinProperty {
    var property = self
    if let actual = imported.actual, TwinValueRules.problem(inValue: actual.value, of: self) == nil { property.actual = actual }
    property.actualVersion = imported.actualVersion
    property.expectedVersion = imported.expectedVersion
    // The same wish keeps its time, which says whether it was written; another one, made at the edge, gives way to the Device's.
    if let wish = imported.expected, isWritable, expected == nil || expected?.value == wish.value,
      TwinValueRules.problem(inValue: wish.value, of: self) == nil
    {
      property.expected = wish
    }
    return property
  }
}
