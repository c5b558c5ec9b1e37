package import TwinProtocol

/// What one commit changes; `nil` deletes.
package struct MetaChanges: Sendable {
  package var objects: [ObjectKey: StoredObject?] = [:]
  package var twins: [DeviceID: DeviceTwinState?] = [:]
  /// Revisions up to this one may be given out; the next start begins behind it.
  package var reservedResourceVersion: Int64?

  package var isEmpty: Bool { objects.isEmpty && twins.isEmpty && reservedResourceVersion == nil }
}

/// Everything that was stored.
package struct MetaContents: Sendable {
  package var objects: [StoredObject] = []
  package var twins: [DeviceID: DeviceTwinState] = [:]
  package var reservedResourceVersion: Int64 = 0

  package init() {}
}

/// Where objects and twins survive: SQLite, or memory in tests.
package protocol MetaStore: Sendable {
  /// Reads everything, once, at the start.
  func load() async throws -> MetaContents
  /// Writes changes, all or none; returns when they survive a loss of power.
  func commit(_ changes: MetaChanges) async throws
  /// Lets go of everything; nothing is committed after.
  func close() async
}
