package import TwinProtocol

extension DeviceTwinState {
  /// How many deleted properties are remembered; a client may delete what it adds.
  private static let maximumTombstones = 1_000

  /// Deletes a property at the edge.
  mutating func delete(_ name: String) {
    guard let property = properties[name] else { return }
    delete(name, expectedVersion: property.expectedVersion.nextAtEdge, actualVersion: property.actualVersion.nextAtEdge)
  }

  /// Deletes a property, which has these versions then.
  mutating func delete(_ name: String, expectedVersion: TwinVersion, actualVersion: TwinVersion) {
    properties[name] = nil
    if deleted.count >= Self.maximumTombstones, deleted[name] == nil, let first = deleted.keys.min() { deleted[first] = nil }
    deleted[name] = Tombstone(expectedVersion: expectedVersion, actualVersion: actualVersion)
  }

  /// What the cloud is told of an update that was applied at the edge: what changed, and in which version that is now.
  package func cloudSync(of results: [String: Twin?]) -> [String: Twin] {
    var sync: [String: Twin] = [:]
    for (name, result) in results {
      guard var twin = result else {
        sync[name] = deleted[name]?.twin
        continue
      }
      if twin.expected != nil { twin.expectedVersion = properties[name]?.expectedVersion }
      if twin.actual != nil { twin.actualVersion = properties[name]?.actualVersion }
      twin.written = nil
      sync[name] = twin
    }
    return sync
  }
}

extension DeviceTwinState.Tombstone {
  /// A deleted property as the cloud is told of it.
  var twin: Twin {
    var twin = Twin(optional: true, type: "deleted")
    twin.expectedVersion = expectedVersion
    twin.actualVersion = actualVersion
    return twin
  }
}

extension TwinProperty {
  /// Goes on with the versions from before it was deleted.
  mutating func revive(_ tombstone: DeviceTwinState.Tombstone) {
    expectedVersion = tombstone.expectedVersion
    actualVersion = tombstone.actualVersion
  }
}
