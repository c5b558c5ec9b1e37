package import DeviceAPI
package import TwinProtocol

/// Objects and twins as they would be after the writes decided so far: what was committed, and the changes on top.
package struct MetaDraft: Sendable {
  private(set) var base: MetaState
  private(set) var changes = MetaChanges()
  /// Devices of which more changed than values, so that observers should see it at once.
  private(set) var urgent: Set<DeviceID> = []
  private(set) var lastResourceVersion: Int64
  private(set) var events: EventBook
  /// What was changed, by the identities of the objects it belonged to then.
  private var changedDependents: [String: Set<ObjectKey>] = [:]
  /// The revisions at which objects were deleted.
  private(set) var deletions: [ObjectKey: Int64] = [:]
  /// Messages to publish when the changes are committed, in this order.
  package private(set) var messages: [OutboundMessage] = []
  /// Values that changed, to be kept in the history when the changes are committed.
  private(set) var valueChanges: [(id: DeviceID, changes: [ValueChange])] = []
  /// What to tell the cloud when the changes are committed, in this order.
  package private(set) var cloudMessages: [CloudMessage] = []

  /// What became of updates.
  package private(set) var tally = UpdateTally()
  /// What to tell the operator when the changes are committed.
  package private(set) var notes: [String] = []

  package init(base: MetaState) {
    self.base = base
    lastResourceVersion = base.lastResourceVersion
    events = base.events
  }

  /// The object of that key.
  package func object(_ key: ObjectKey) -> StoredObject? {
    changes.objects[key] ?? base.objects[key]
  }

  /// The objects of a kind, in one namespace or all, in no particular order.
  package func objects(_ kind: ObjectKind, namespace: String?) -> [StoredObject] {
    var found: [StoredObject] = []
    for (key, object) in base.objects where key.kind == kind && changes.objects[key] == nil {
      if namespace == nil || key.namespace == namespace { found.append(object) }
    }
    for case (let key, let object?) in changes.objects where key.kind == kind {
      if namespace == nil || key.namespace == namespace { found.append(object) }
    }
    return found
  }

  /// What drivers say of the configurations they expect.
  package var drivers: DriverSchemaLibrary { base.drivers }

  /// The objects that belong to the one of that identity.
  package func dependents(of uid: String) -> [StoredObject] {
    let known = (base.dependents[uid] ?? []).filter { changes.objects[$0] == nil }.compactMap { base.objects[$0] }
    return known + (changedDependents[uid] ?? []).compactMap(object).filter { $0.owners.contains(uid) }
  }

  /// Whether there is such an object among those that belong to the one of that identity.
  func containsDependent(of uid: String, where condition: (StoredObject) -> Bool) -> Bool {
    for key in base.dependents[uid] ?? [] where changes.objects[key] == nil {
      if let object = base.objects[key], condition(object) { return true }
    }
    return (changedDependents[uid] ?? []).contains { key in
      object(key).map { $0.owners.contains(uid) && condition($0) } ?? false
    }
  }

  /// The object with the revision and twin that clients see now.
  package func served(_ key: ObjectKey) -> ServedObject? {
    guard let object = object(key) else { return nil }
    let published = key.deviceID.flatMap { base.published[$0] }
    return ServedObject(
      stored: object, twin: key.deviceID.flatMap { twin($0) }, resourceVersion: max(object.resourceVersion, published?.resourceVersion ?? 0)
    )
  }

  /// Stores an object under a new revision; an Event takes the place of the oldest where there are too many.
  ///
  /// - Returns: The object with that revision.
  package mutating func put(_ object: StoredObject) -> StoredObject {
    lastResourceVersion += 1
    var object = object
    object.resourceVersion = lastResourceVersion
    changes.objects[object.key] = .some(object)
    for owner in object.owners { changedDependents[owner, default: []].insert(object.key) }
    events.put(object)
    for superseded in events.takeSuperseded() { delete(superseded) }
    return object
  }

  /// Gives an object a new revision and generation, because what it asks for was changed elsewhere.
  package mutating func touch(_ key: ObjectKey) {
    guard var object = object(key) else { return }
    object.generation += 1
    _ = put(object)
  }

  /// Deletes an object, and the twin with a Device.
  package mutating func delete(_ key: ObjectKey) {
    lastResourceVersion += 1
    changes.objects[key] = .some(nil)
    deletions[key] = lastResourceVersion
    events.remove(key)
    if let id = key.deviceID { changes.twins[id] = .some(nil) }
  }

  /// Deletes a twin that has no Device.
  mutating func removeTwin(of id: DeviceID) { changes.twins[id] = .some(nil) }

  /// Forgets what was committed before: whoever changes that later would else have to copy all of it for this draft's sake.
  mutating func letGoOfBase() { base = MetaState() }

  /// Publishes a message when the changes are committed.
  package mutating func send(_ message: OutboundMessage) { messages.append(message) }

  /// Keeps values that changed in the history when the changes are committed.
  mutating func record(_ changes: [ValueChange], of id: DeviceID) {
    if !changes.isEmpty { valueChanges.append((id, changes)) }
  }

  /// Tells the cloud when the changes are committed.
  package mutating func tellCloud(_ message: CloudMessage) { cloudMessages.append(message) }

  /// Counts an update.
  mutating func count(_ outcome: TwinOutcome) { tally.count(outcome) }

  /// Counts an update that was refused before its device was asked.
  mutating func count(_ refusal: Refusal) { tally.refused[refusal.code, default: 0] += 1 }

  /// Tells the operator when the changes are committed.
  package mutating func note(_ text: String) { notes.append(text) }

  mutating func reserveResourceVersions(upTo limit: Int64) { changes.reservedResourceVersion = limit }

  /// The twin of a device.
  package func twin(_ id: DeviceID) -> DeviceTwinState? {
    changes.twins[id] ?? base.twins[id]
  }

  /// Stores a twin.
  package mutating func put(_ twin: DeviceTwinState, of id: DeviceID, isUrgent: Bool) {
    changes.twins[id] = .some(twin)
    if isUrgent { urgent.insert(id) }
  }

  /// The devices of that name, whatever their namespace.
  package func namesakes(_ name: String) -> [DeviceID] {
    var ids = base.namesakes(name)
    for (id, twin) in changes.twins where id.name == name {
      if twin == nil { ids.remove(id) } else { ids.insert(id) }
    }
    return ids.sorted()
  }

  /// Every device that has a twin.
  package var deviceIDs: [DeviceID] {
    var ids = Set(base.twins.keys)
    for (id, twin) in changes.twins {
      if twin == nil { ids.remove(id) } else { ids.insert(id) }
    }
    return ids.sorted()
  }
}
