package import TwinProtocol

/// What one commit changes; `nil` deletes.
package struct MetaChanges: Sendable {
  package var objects: [ObjectKey: StoredObject?] = [:]
  package var twins: [DeviceID: DeviceTwinState?] = [:]
  /// Revisions up to this one may be given out; the next start begins behind it.
  package var reservedResourceVersion: Int64?
  /// Topics of applications that the cloud wants to hear, added.
  package var subscribedTopics: Set<String> = []
  /// What was taken over from elsewhere with this commit, so that it isn't again.
  package var finishedImport: FinishedImport?
  /// Written to find out whether that works.
  var probe: Int64?

  package init() {}

  package var isEmpty: Bool {
    objects.isEmpty && twins.isEmpty && reservedResourceVersion == nil && subscribedTopics.isEmpty && finishedImport == nil
  }
}

/// A takeover of another program's data that was done.
package struct FinishedImport: Sendable, Hashable {
  /// The file it came from.
  package var source: String
  /// When, in milliseconds since 1970.
  package var time: Int64
  /// What came of it, for people.
  package var summary: String

  package init(source: String, time: Int64, summary: String) {
    self.source = source
    self.time = time
    self.summary = summary
  }
}

/// Everything that was stored.
package struct MetaContents: Sendable {
  package var objects: [StoredObject] = []
  package var twins: [DeviceID: DeviceTwinState] = [:]
  package var reservedResourceVersion: Int64 = 0
  /// Topics of applications that the cloud wants to hear.
  package var subscribedTopics: Set<String> = []
  /// What was taken over from elsewhere, by the name of its source.
  package var imports: [String: FinishedImport] = [:]

  package init() {}

  /// The contents as changes to an empty store.
  package var asChanges: MetaChanges {
    var changes = MetaChanges()
    for object in objects { changes.objects[object.key] = .some(object) }
    for (id, twin) in twins { changes.twins[id] = .some(twin) }
    changes.reservedResourceVersion = reservedResourceVersion
    changes.subscribedTopics = subscribedTopics
    return changes
  }
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
